"""aws.lambda_.Alias: a name that leads to a version of a function."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_rules.arns import invoke_uri
from cross_account_sandbox.resources.aws import AwsHandler
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession


class Alias(AwsHandler):
    """An alias moves to another version in place. Its id is its ARN."""

    token = "aws:lambda/alias:Alias"  # noqa: S105
    service = "lambda"
    inputs = frozenset({"description", "functionName", "functionVersion", "name", "region", "routingConfig"})
    replaces = frozenset({"functionName", "name", "region"})
    auto_name = "name"

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        live = self.client(session, inputs).create_alias(
            FunctionName=inputs["functionName"], Name=inputs["name"], **_target(inputs)
        )
        return str(live["AliasArn"]), self._state(session, inputs, live)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """GetAlias. Imported by `FUNCTION-NAME/ALIAS`, or by the alias's ARN."""
        if not state.get("functionName"):
            function, _, name = identity.rpartition(":" if identity.startswith("arn:") else "/")
            state = {**state, "functionName": function, "name": name}
        live = or_none(self.client(session, state).get_alias, FunctionName=state["functionName"], Name=state["name"])
        return None if live is None else self._state(session, state, live)

    def identity(self, given: str, outputs: Properties) -> str:
        """The alias's ARN."""
        del given
        return str(outputs["arn"])

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """UpdateAlias: how a version goes live, and how it is rolled back."""
        live = self.client(session, new).update_alias(
            FunctionName=new["functionName"], Name=new["name"], **{"Description": "", **_target(new)}
        )
        return self._state(session, new, live)

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        or_none(self.client(session, state).delete_alias, FunctionName=state["functionName"], Name=state["name"])

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        weights = (live.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
        return self.outputs(
            session,
            stated,
            {
                "description": live.get("Description") or None,
                "functionVersion": live["FunctionVersion"],
                "routingConfig": {"additionalVersionWeights": weights} if weights else None,
                "arn": live["AliasArn"],
                "invokeArn": invoke_uri(live["AliasArn"]),
            },
        )


def _target(inputs: Mapping[str, Any]) -> Properties:
    arguments: Properties = {"FunctionVersion": str(inputs["functionVersion"])}
    if inputs.get("description"):
        arguments["Description"] = inputs["description"]
    weights = (inputs.get("routingConfig") or {}).get("additionalVersionWeights") or {}
    return arguments | {"RoutingConfig": {"AdditionalVersionWeights": weights}}
