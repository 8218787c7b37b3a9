"""aws.apigateway.Response: the gateway response that API Gateway returns for a type of error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.gateway import GatewayHandler
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import renamed

_PUT = {
    "restApiId": "restApiId",
    "responseType": "responseType",
    "statusCode": "statusCode",
    "responseParameters": "responseParameters",
    "responseTemplates": "responseTemplates",
}


class Response(GatewayHandler):
    """A gateway response of a REST API. Its ID is `aggr-{api}-{type}`."""

    token = "aws:apigateway/response:Response"  # noqa: S105
    inputs = frozenset({*_PUT, "region"})
    replaces = frozenset({"region", "responseType", "restApiId"})

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        live = self.client(session, inputs).put_gateway_response(**renamed(inputs, _PUT))
        return _identity(inputs), self._state(session, inputs, live)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """GetGatewayResponse; one with only AWS's defaults does not exist. The import ID is `REST-API-ID/TYPE`."""
        if not state.get("restApiId"):
            api, _, kind = identity.partition("/")
            state = {**state, "restApiId": api, "responseType": kind}
        live = or_none(
            self.client(session, state).get_gateway_response,
            restApiId=state["restApiId"],
            responseType=state["responseType"],
        )
        return None if live is None or live.get("defaultResponse") else self._state(session, state, live)

    def identity(self, given: str, outputs: Properties) -> str:
        """`aggr-{api}-{type}`."""
        del given
        return _identity(outputs)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """PutGatewayResponse, which replaces the whole response."""
        return self._state(session, new, self.client(session, new).put_gateway_response(**renamed(new, _PUT)))

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """DeleteGatewayResponse, which restores AWS's default."""
        or_none(
            self.client(session, state).delete_gateway_response,
            restApiId=state["restApiId"],
            responseType=state["responseType"],
        )

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        names = ("statusCode", "responseParameters", "responseTemplates")
        return self.outputs(session, stated, {name: live.get(name) or stated.get(name) for name in names})


def _identity(properties: Mapping[str, Any]) -> str:
    return f"aggr-{properties['restApiId']}-{properties['responseType']}"
