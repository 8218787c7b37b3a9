"""aws.apigateway.Deployment: a snapshot of an API's definition. It does not create a stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.gateway import GatewayRecord
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import date


class Deployment(GatewayRecord):
    """A deployment. Any change to `triggers` replaces it; AWS does not delete a deployment that a stage uses."""

    token = "aws:apigateway/deployment:Deployment"  # noqa: S105
    kind = "deployment"
    parameter = "deploymentId"
    parent = ("restApi", "restApiId")
    names: ClassVar[Mapping[str, str]] = {"description": "description", "variables": "variables"}
    patched: ClassVar[Mapping[str, str]] = {"description": "/description"}
    inputs = frozenset({*names, "region", "restApi", "triggers"})
    replaces = frozenset({"region", "restApi", "triggers", "variables"})

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The creation date. The variables belong to the stage: AWS does not return them."""
        return {
            "description": live.get("description") or None,
            "variables": stated.get("variables"),
            "createdDate": date(live.get("createdDate")),
        }
