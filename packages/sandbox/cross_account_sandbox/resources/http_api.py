"""aws.apigatewayv2.Api: an HTTP API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from aws_rules.arns import api_execution_arn
from cross_account_sandbox.resources.aws import AwsHandler
from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.tags import difference, live_tags, tags_all
from cross_account_sandbox.resources.values import given

_CREATE = {
    "name": "Name",
    "protocolType": "ProtocolType",
    "apiKeySelectionExpression": "ApiKeySelectionExpression",
    "description": "Description",
    "disableExecuteApiEndpoint": "DisableExecuteApiEndpoint",
    "ipAddressType": "IpAddressType",
    "routeSelectionExpression": "RouteSelectionExpression",
    "version": "Version",
}
_CORS = {
    "allowCredentials": "AllowCredentials",
    "allowHeaders": "AllowHeaders",
    "allowMethods": "AllowMethods",
    "allowOrigins": "AllowOrigins",
    "exposeHeaders": "ExposeHeaders",
    "maxAge": "MaxAge",
}


class HttpGatewayHandler(AwsHandler):
    """A resource of API Gateway's second version."""

    service: ClassVar[str] = "apigatewayv2"

    def arn(self, session: ProviderSession, properties: Mapping[str, Any], path: str) -> str:
        """A management ARN, which carries no account."""
        return f"arn:{session.partition}:apigateway:{self.region(session, properties)}::{path}"

    def retag(self, session: ProviderSession, arn: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """Bring the tags to the new inputs; default tags included."""
        gone, wanted = difference(old.get("tagsAll") or {}, tags_all(session, new))
        if gone:
            self.client(session, new).untag_resource(ResourceArn=arn, TagKeys=gone)
        if wanted:
            self.client(session, new).tag_resource(ResourceArn=arn, Tags=wanted)


class Api(HttpGatewayHandler):
    """An HTTP API in the provider's account and Region."""

    token = "aws:apigatewayv2/api:Api"  # noqa: S105
    inputs = frozenset({*_CREATE, "corsConfiguration", "region", "tags"})
    replaces = frozenset({"protocolType", "region"})
    auto_name = "name"

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        arguments = given(inputs, _CREATE)
        if inputs.get("corsConfiguration"):
            arguments["CorsConfiguration"] = given(inputs["corsConfiguration"], _CORS)
        if wanted := tags_all(session, inputs):
            arguments["Tags"] = wanted
        client = self.client(session, inputs)
        identity = str(client.create_api(**arguments)["ApiId"])
        return identity, self._state(session, inputs, client.get_api(ApiId=identity))

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        live = or_none(self.client(session, state).get_api, ApiId=identity)
        return None if live is None else self._state(session, state, live)

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """UpdateApi; CORS that is gone is deleted by a call of its own."""
        client = self.client(session, new)
        arguments = given(new, {name: key for name, key in _CREATE.items() if name != "protocolType"})
        if new.get("corsConfiguration"):
            arguments["CorsConfiguration"] = given(new["corsConfiguration"], _CORS)
        elif old.get("corsConfiguration"):
            client.delete_cors_configuration(ApiId=identity)
        client.update_api(ApiId=identity, **arguments)
        self.retag(session, old["arn"], old, new)
        return self._state(session, new, client.get_api(ApiId=identity))

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        or_none(self.client(session, state).delete_api, ApiId=identity)

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        identity = live["ApiId"]
        cors = live.get("CorsConfiguration") or {}
        return self.outputs(
            session,
            stated,
            {
                **{name: live.get(key) for name, key in _CREATE.items()},
                "description": live.get("Description") or None,
                "version": live.get("Version") or None,
                "disableExecuteApiEndpoint": live.get("DisableExecuteApiEndpoint", False),
                "corsConfiguration": {name: cors[key] for name, key in _CORS.items() if key in cors} or None,
                "apiEndpoint": live.get("ApiEndpoint"),
                "arn": self.arn(session, stated, f"/apis/{identity}"),
                "executionArn": api_execution_arn(
                    partition=session.partition,
                    region=self.region(session, stated),
                    account=session.account,
                    api_id=identity,
                ),
                **live_tags(session, live.get("Tags"), stated),
            },
        )
