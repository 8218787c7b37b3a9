"""aws.apigatewayv2.Api: an HTTP API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.gateway import HttpGatewayRecord
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import changed, renamed

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
    inputs = frozenset({*names, "body", "corsConfiguration", "failOnWarnings", "region", "tags"})
    replaces = frozenset({"protocolType", "region"})
    auto_name = "name"

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """CreateApi with the arguments, then the OpenAPI document, then the arguments that it must not change."""
        identity, state = super().create(session, inputs)
        if inputs.get("body"):
            with self.undone_on_failure(session, identity, inputs):
                self._import(session, identity, inputs)
                state = self.state(session, inputs, self.client(session, inputs).get_api(ApiId=identity))
        return identity, state

    def arguments(self, inputs: Mapping[str, Any]) -> Properties:
        """The inputs, with the block for CORS."""
        cors = inputs.get("corsConfiguration")
        return super().arguments(inputs) | ({"CorsConfiguration": renamed(cors, _CORS)} if cors else {})

    def change(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> None:
        """UpdateApi, which has no protocol parameter; removing CORS requires a separate call."""
        if old.get("corsConfiguration") and not new.get("corsConfiguration"):
            self.client(session, new).delete_cors_configuration(ApiId=identity)
        super().change(session, identity, old, {**new, "protocolType": None})
        if new.get("body") and changed(old, new, "body"):
            self._import(session, identity, new)

    def _import(self, session: ProviderSession, identity: str, inputs: Properties) -> None:
        """ReimportApi; then, like the AWS provider, restore the arguments that the document changed.

        This removes a description, version or CORS configuration that only the document has.
        """
        client = self.client(session, inputs)
        live = client.reimport_api(
            ApiId=identity, Body=str(inputs["body"]), FailOnWarnings=bool(inputs.get("failOnWarnings"))
        )
        arguments = self.arguments(inputs)
        kept = {name: arguments.get(name, "") for name in ("Name", "Description", "Version")}
        cors = arguments.get("CorsConfiguration")
        if live.get("CorsConfiguration") and not cors:
            client.delete_cors_configuration(ApiId=identity)
        client.update_api(ApiId=identity, **kept, **({"CorsConfiguration": cors} if cors else {}))

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The provider omits empty strings and blocks."""
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
