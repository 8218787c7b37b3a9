"""Resources of an HTTP API: aws.apigatewayv2.Integration, Route, Authorizer and ApiMapping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.gateway import HttpGatewayRecord
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import renamed


class Integration(HttpGatewayRecord):
    """The backend that a route calls."""

    token = "aws:apigatewayv2/integration:Integration"  # noqa: S105
    kind = "integration"
    parent = ("apiId", "ApiId")
    parameter = member = "IntegrationId"
    names: ClassVar[Mapping[str, str]] = {
        "integrationType": "IntegrationType",
        "integrationSubtype": "IntegrationSubtype",
        "integrationMethod": "IntegrationMethod",
        "integrationUri": "IntegrationUri",
        "connectionId": "ConnectionId",
        "connectionType": "ConnectionType",
        "credentialsArn": "CredentialsArn",
        "description": "Description",
        "payloadFormatVersion": "PayloadFormatVersion",
        "requestParameters": "RequestParameters",
        "timeoutMilliseconds": "TimeoutInMillis",
    }
    inputs = frozenset({*names, "apiId", "region"})
    replaces = frozenset({"apiId", "integrationSubtype", "integrationType", "region"})

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The provider omits empty maps and strings."""
        return {
            "description": live.get("Description") or None,
            "requestParameters": live.get("RequestParameters") or None,
            "integrationResponseSelectionExpression": live.get("IntegrationResponseSelectionExpression") or None,
        }


class Route(HttpGatewayRecord):
    """A route key (`GET /users`, `$default`) and its integration."""

    token = "aws:apigatewayv2/route:Route"  # noqa: S105
    kind = "route"
    parent = ("apiId", "ApiId")
    parameter = member = "RouteId"
    names: ClassVar[Mapping[str, str]] = {
        "routeKey": "RouteKey",
        "apiKeyRequired": "ApiKeyRequired",
        "authorizationScopes": "AuthorizationScopes",
        "authorizationType": "AuthorizationType",
        "authorizerId": "AuthorizerId",
        "operationName": "OperationName",
        "target": "Target",
    }
    inputs = frozenset({*names, "apiId", "region"})
    replaces = frozenset({"apiId", "region"})

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """A route without an authorizer has the authorization type NONE."""
        return {
            "apiKeyRequired": live.get("ApiKeyRequired", False),
            "authorizationType": live.get("AuthorizationType") or "NONE",
            "authorizationScopes": live.get("AuthorizationScopes") or None,
        }


class HttpAuthorizer(HttpGatewayRecord):
    """A JWT or Lambda authorizer of an HTTP API."""

    token = "aws:apigatewayv2/authorizer:Authorizer"  # noqa: S105
    kind = "authorizer"
    parent = ("apiId", "ApiId")
    parameter = member = "AuthorizerId"
    names: ClassVar[Mapping[str, str]] = {
        "name": "Name",
        "authorizerType": "AuthorizerType",
        "authorizerCredentialsArn": "AuthorizerCredentialsArn",
        "authorizerPayloadFormatVersion": "AuthorizerPayloadFormatVersion",
        "authorizerResultTtlInSeconds": "AuthorizerResultTtlInSeconds",
        "authorizerUri": "AuthorizerUri",
        "enableSimpleResponses": "EnableSimpleResponses",
        "identitySources": "IdentitySource",
    }
    inputs = frozenset({*names, "apiId", "jwtConfiguration", "region"})
    replaces = frozenset({"apiId", "region"})
    auto_name = "name"

    def arguments(self, inputs: Mapping[str, Any]) -> Properties:
        """The inputs, and the issuer and audience of a JWT authorizer."""
        jwt = inputs.get("jwtConfiguration")
        block = {"JwtConfiguration": renamed(jwt, {"audiences": "Audience", "issuer": "Issuer"})} if jwt else {}
        return {**super().arguments(inputs), **block}

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The JWT configuration with the provider's names."""
        jwt = live.get("JwtConfiguration") or {}
        return {"jwtConfiguration": renamed(jwt, {"Audience": "audiences", "Issuer": "issuer"}) or None}


class ApiMapping(HttpGatewayRecord):
    """The path of a custom domain at which a stage of an HTTP API is served."""

    token = "aws:apigatewayv2/apiMapping:ApiMapping"  # noqa: S105
    kind = "api_mapping"
    parameter = member = "ApiMappingId"
    parent = ("domainName", "DomainName")
    names: ClassVar[Mapping[str, str]] = {"apiId": "ApiId", "apiMappingKey": "ApiMappingKey", "stage": "Stage"}
    inputs = frozenset({*names, "domainName", "region"})
    replaces = frozenset({"apiId", "domainName", "region"})

    def imported(self, identity: str, state: Properties) -> Properties:
        """The import ID is in reverse order: `ID/DOMAIN`."""
        domain = identity.partition("/")[2]
        return {**state, "domainName": domain} if domain else state

    def identity(self, given: str, outputs: Properties) -> str:
        """The ID without the domain name."""
        del outputs
        return given.partition("/")[0]

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """An empty key means no key."""
        return {"apiMappingKey": live.get("ApiMappingKey") or None}
