"""aws.apigatewayv2.Api: an HTTP API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.gateway import HttpGatewayRecord
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import renamed

_CORS = {
    "allowCredentials": "AllowCredentials",
    "allowHeaders": "AllowHeaders",
    "allowMethods": "AllowMethods",
    "allowOrigins": "AllowOrigins",
    "exposeHeaders": "ExposeHeaders",
    "maxAge": "MaxAge",
}


class Api(HttpGatewayRecord):
    """An HTTP API in the provider's account and Region."""

    token = "aws:apigatewayv2/api:Api"  # noqa: S105
    kind = "api"
    parameter = member = "ApiId"
    names: ClassVar[Mapping[str, str]] = {
        "name": "Name",
        "protocolType": "ProtocolType",
        "apiKeySelectionExpression": "ApiKeySelectionExpression",
        "description": "Description",
        "disableExecuteApiEndpoint": "DisableExecuteApiEndpoint",
        "ipAddressType": "IpAddressType",
        "routeSelectionExpression": "RouteSelectionExpression",
        "version": "Version",
    }
    inputs = frozenset({*names, "corsConfiguration", "region", "tags"})
    replaces = frozenset({"protocolType", "region"})
    auto_name = "name"

    def arguments(self, inputs: Mapping[str, Any]) -> Properties:
        """The inputs, and the block for CORS."""
        cors = inputs.get("corsConfiguration")
        return super().arguments(inputs) | ({"CorsConfiguration": renamed(cors, _CORS)} if cors else {})

    def change(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> None:
        """UpdateApi, which takes no protocol; CORS that is gone needs a separate call."""
        if old.get("corsConfiguration") and not new.get("corsConfiguration"):
            self.client(session, new).delete_cors_configuration(ApiId=identity)
        super().change(session, identity, old, {**new, "protocolType": None})

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The provider shows no empty texts and blocks."""
        cors = live.get("CorsConfiguration") or {}
        return {
            "description": live.get("Description") or None,
            "version": live.get("Version") or None,
            "disableExecuteApiEndpoint": live.get("DisableExecuteApiEndpoint", False),
            "corsConfiguration": {name: cors[key] for name, key in _CORS.items() if key in cors} or None,
            "apiEndpoint": live.get("ApiEndpoint"),
            "arn": self.arn(session, stated, f"/apis/{live['ApiId']}"),
            "executionArn": self.execution_arn(session, stated, live["ApiId"]),
        }
