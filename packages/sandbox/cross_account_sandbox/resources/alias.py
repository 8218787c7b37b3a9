"""aws.lambda_.Alias: a name that points to a version of a function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from aws_rules.arns import invoke_uri
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.record import RecordHandler
from cross_account_sandbox.resources.session import ProviderSession


class Alias(RecordHandler):
    """An alias can be moved to another version in place. Its ID is its ARN."""

    token = "aws:lambda/alias:Alias"  # noqa: S105
    service = "lambda"
    kind = "alias"
    member = "AliasArn"
    names: ClassVar[Mapping[str, str]] = {
        "functionName": "FunctionName",
        "name": "Name",
        "description": "Description",
        "functionVersion": "FunctionVersion",
    }
    inputs = frozenset({*names, "region", "routingConfig"})
    replaces = frozenset({"functionName", "name", "region"})
    auto_name = "name"

    def imported(self, identity: str, state: Properties) -> Properties:
        """The import ID is `FUNCTION-NAME/ALIAS` or the alias's ARN."""
        if state.get("functionName"):
            return state
        function, _, name = identity.rpartition(":" if identity.startswith("arn:") else "/")
        return {**state, "functionName": function, "name": name}

    def identity(self, given: str, outputs: Properties) -> str:
        """The alias's ARN."""
        del given
        return str(outputs["arn"])

    def target(self, identity: str, state: Mapping[str, Any]) -> Properties:
        """The names of the alias and the function."""
        return {"FunctionName": state["functionName"], "Name": state["name"]}

    def arguments(self, inputs: Mapping[str, Any]) -> Properties:
        """The version is always a string; a missing `routingConfig` removes earlier weights."""
        weights = (inputs.get("routingConfig") or {}).get("additionalVersionWeights") or {}
        version = str(inputs["functionVersion"])
        return super().arguments(inputs) | {
            "Description": inputs.get("description") or "",
            "FunctionVersion": version,
            "RoutingConfig": {"AdditionalVersionWeights": weights},
        }

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The weights as a block, and the ARNs."""
        weights = (live.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
        return {
            "functionName": stated["functionName"],
            "description": live.get("Description") or None,
            "routingConfig": {"additionalVersionWeights": weights} if weights else None,
            "arn": live["AliasArn"],
            "invokeArn": invoke_uri(live["AliasArn"]),
        }
