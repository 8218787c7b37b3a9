"""aws.apigateway.Deployment: a snapshot of an API's definition. It makes no stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.resources import patches
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.gateway import GatewayHandler
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import date, given


class Deployment(GatewayHandler):
    """What stages serve. Any change of `triggers` makes a new one; AWS refuses to delete one that a stage uses."""

    token = "aws:apigateway/deployment:Deployment"  # noqa: S105
    inputs = frozenset({"description", "region", "restApi", "triggers", "variables"})
    replaces = frozenset({"region", "restApi", "triggers", "variables"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """CreateDeployment without a stage name."""
        live = self.client(session, inputs).create_deployment(
            restApiId=inputs["restApi"], **given(inputs, {"description": "description", "variables": "variables"})
        )
        return str(live["id"]), self._state(session, inputs, live)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """GetDeployment. Imported by `REST-API-ID/DEPLOYMENT-ID`."""
        api, deployment = _names(identity, state)
        live = or_none(self.client(session, state).get_deployment, restApiId=api, deploymentId=deployment)
        return None if live is None else self._state(session, {**state, "restApi": api}, live)

    def identity(self, given: str, outputs: Properties) -> str:
        """The deployment's id without the API's."""
        return _names(given, outputs)[1]

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """Only the description changes in place."""
        client = self.client(session, new)
        if operations := patches.replaced(old, new, {"description": "/description"}):
            client.update_deployment(restApiId=new["restApi"], deploymentId=identity, patchOperations=operations)
        return self._state(session, new, client.get_deployment(restApiId=new["restApi"], deploymentId=identity))

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        api, deployment = _names(identity, state)
        or_none(self.client(session, state).delete_deployment, restApiId=api, deploymentId=deployment)

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        return self.outputs(
            session,
            stated,
            {"description": live.get("description") or None, "createdDate": date(live.get("createdDate"))},
        )


def _names(identity: str, state: Mapping[str, Any]) -> tuple[str, str]:
    if "/" in identity:
        api, _, deployment = identity.partition("/")
        return api, deployment
    return str(state["restApi"]), identity
