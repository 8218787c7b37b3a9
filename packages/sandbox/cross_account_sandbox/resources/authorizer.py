"""aws.apigateway.Authorizer: a function, or a user pool, that decides on requests before their integration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.resources import patches
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.gateway import GatewayHandler
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import given

_CREATE = {
    "name": "name",
    "type": "type",
    "authorizerUri": "authorizerUri",
    "authorizerCredentials": "authorizerCredentials",
    "authorizerResultTtlInSeconds": "authorizerResultTtlInSeconds",
    "identitySource": "identitySource",
    "identityValidationExpression": "identityValidationExpression",
    "providerArns": "providerARNs",
}
_PATCHED = {name: f"/{name}" for name in _CREATE if name != "providerArns"}
_DEFAULTS = {
    "type": "TOKEN",
    "authorizerResultTtlInSeconds": 300,
    "identitySource": "method.request.header.Authorization",
}


class Authorizer(GatewayHandler):
    """An authorizer of a REST API. Results are kept for `authorizerResultTtlInSeconds`, 300 by default."""

    token = "aws:apigateway/authorizer:Authorizer"  # noqa: S105
    inputs = frozenset({*_CREATE, "region", "restApi"})
    replaces = frozenset({"region", "restApi"})
    auto_name = "name"

    def check(self, inputs: Mapping[str, Any]) -> Properties:
        """Adds the provider's defaults."""
        return {**_DEFAULTS, **super().check(inputs)}

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        live = self.client(session, inputs).create_authorizer(restApiId=inputs["restApi"], **given(inputs, _CREATE))
        return str(live["id"]), self._state(session, inputs, live)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """GetAuthorizer. Imported by `REST-API-ID/AUTHORIZER-ID`."""
        if "/" in identity:
            api, _, identity = identity.partition("/")
            state = {**state, "restApi": api}
        live = or_none(self.client(session, state).get_authorizer, restApiId=state["restApi"], authorizerId=identity)
        return None if live is None else self._state(session, state, live)

    def identity(self, given: str, outputs: Properties) -> str:
        """The authorizer's id without the API's."""
        del outputs
        return given.rpartition("/")[2]

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """UpdateAuthorizer with what changed."""
        operations = patches.replaced(old, new, _PATCHED)
        operations += patches.values("/providerARNs", old.get("providerArns"), new.get("providerArns"))
        client = self.client(session, new)
        if operations:
            client.update_authorizer(restApiId=new["restApi"], authorizerId=identity, patchOperations=operations)
        return self._state(session, new, client.get_authorizer(restApiId=new["restApi"], authorizerId=identity))

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        or_none(self.client(session, state).delete_authorizer, restApiId=state["restApi"], authorizerId=identity)

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        found: Properties = {name: live.get(key) for name, key in _CREATE.items()}
        # GetAuthorizer leaves out what is at its default, and an empty identity source.
        found["authorizerResultTtlInSeconds"] = live.get("authorizerResultTtlInSeconds", 300)
        found["identitySource"] = live.get("identitySource") or stated.get("identitySource")
        found["arn"] = self.arn(session, stated, f"/restapis/{stated['restApi']}/authorizers/{live['id']}")
        return self.outputs(session, stated, found)
