"""What an HTTP API is made of: aws.apigatewayv2.Integration, Route, Authorizer and ApiMapping.

The four have one shape: a parent, an id, and members that the update call takes as the create call does.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources.errors import or_none
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.http_api import HttpGatewayHandler
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.values import given


class Part(HttpGatewayHandler):
    """A part with an id of its own under a parent.

    kind     AWS's name of it: the calls are create_{kind}, get_{kind} …
    parent   input and parameter that name the parent
    members  inputs by AWS's member names
    """

    kind: ClassVar[str]
    parent: ClassVar[tuple[str, str]] = ("apiId", "ApiId")
    members: ClassVar[Mapping[str, str]]
    identifier: ClassVar[str]

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """The part's create call."""
        live = self._call(session, inputs, "create", **self.arguments(inputs))
        return str(live[self.identifier]), self._state(session, inputs, live)

    def read(self, session: ProviderSession, identity: str, state: Properties) -> Properties | None:
        """The part's get call. Imported by `PARENT/ID`."""
        parent, identity = self.imported(identity)
        if parent:
            state = {**state, self.parent[0]: parent}
        live = or_none(self._call, session=session, state=state, verb="get", **{self.identifier: identity})
        return None if live is None else self._state(session, state, live)

    def identity(self, given: str, outputs: Properties) -> str:
        """The part's id without its parent's."""
        del outputs
        return self.imported(given)[1]

    def imported(self, identity: str) -> tuple[str, str]:
        """Parent and id of an import; no parent where it is an id alone."""
        parent, _, own = identity.rpartition("/")
        return parent, own

    def update(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> Properties:
        """The part's update call with all members."""
        named = {self.identifier: identity}
        self._call(session, new, "update", **named, **self.arguments(new))
        return self._state(session, new, self._call(session, new, "get", **named))

    def delete(self, session: ProviderSession, identity: str, state: Properties) -> None:
        """The part's delete call."""
        or_none(self._call, session=session, state=state, verb="delete", **{self.identifier: identity})

    def arguments(self, inputs: Mapping[str, Any]) -> Properties:
        """The members as AWS takes them."""
        return given(inputs, self.members)

    @abstractmethod
    def special(self, live: Mapping[str, Any]) -> Properties:
        """Properties whose form differs from AWS's."""

    def _call(self, session: ProviderSession, state: Mapping[str, Any], verb: str, **arguments: Any) -> Any:
        operation = getattr(self.client(session, state), f"{verb}_{self.kind}")
        return operation(**{self.parent[1]: state[self.parent[0]]}, **arguments)

    def _state(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        found: Properties = {name: live.get(key) for name, key in self.members.items()}
        return self.outputs(session, stated, {**found, **self.special(live)})


class Integration(Part):
    """What a route calls."""

    token = "aws:apigatewayv2/integration:Integration"  # noqa: S105
    kind = "integration"
    identifier = "IntegrationId"
    members: ClassVar[Mapping[str, str]] = {
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
    inputs = frozenset({*members, "apiId", "region"})
    replaces = frozenset({"apiId", "integrationSubtype", "integrationType", "region"})

    def special(self, live: Mapping[str, Any]) -> Properties:
        """The provider shows no empty maps and texts."""
        return {
            "description": live.get("Description") or None,
            "requestParameters": live.get("RequestParameters") or None,
            "integrationResponseSelectionExpression": live.get("IntegrationResponseSelectionExpression") or None,
        }


class Route(Part):
    """A route key (`GET /users`, `$default`) and the integration that it leads to."""

    token = "aws:apigatewayv2/route:Route"  # noqa: S105
    kind = "route"
    identifier = "RouteId"
    members: ClassVar[Mapping[str, str]] = {
        "routeKey": "RouteKey",
        "apiKeyRequired": "ApiKeyRequired",
        "authorizationScopes": "AuthorizationScopes",
        "authorizationType": "AuthorizationType",
        "authorizerId": "AuthorizerId",
        "operationName": "OperationName",
        "target": "Target",
    }
    inputs = frozenset({*members, "apiId", "region"})
    replaces = frozenset({"apiId", "region"})

    def special(self, live: Mapping[str, Any]) -> Properties:
        """A route without an authorizer is of type NONE."""
        return {
            "apiKeyRequired": live.get("ApiKeyRequired", False),
            "authorizationType": live.get("AuthorizationType") or "NONE",
            "authorizationScopes": live.get("AuthorizationScopes") or None,
        }


class HttpAuthorizer(Part):
    """A JWT or Lambda authorizer of an HTTP API."""

    token = "aws:apigatewayv2/authorizer:Authorizer"  # noqa: S105
    kind = "authorizer"
    identifier = "AuthorizerId"
    members: ClassVar[Mapping[str, str]] = {
        "name": "Name",
        "authorizerType": "AuthorizerType",
        "authorizerCredentialsArn": "AuthorizerCredentialsArn",
        "authorizerPayloadFormatVersion": "AuthorizerPayloadFormatVersion",
        "authorizerResultTtlInSeconds": "AuthorizerResultTtlInSeconds",
        "authorizerUri": "AuthorizerUri",
        "enableSimpleResponses": "EnableSimpleResponses",
        "identitySources": "IdentitySource",
    }
    inputs = frozenset({*members, "apiId", "jwtConfiguration", "region"})
    replaces = frozenset({"apiId", "region"})
    auto_name = "name"

    def arguments(self, inputs: Mapping[str, Any]) -> Properties:
        """The members, and the issuer and audiences of a JWT."""
        jwt = inputs.get("jwtConfiguration")
        block = {"JwtConfiguration": given(jwt, {"audiences": "Audience", "issuer": "Issuer"})} if jwt else {}
        return {**super().arguments(inputs), **block}

    def special(self, live: Mapping[str, Any]) -> Properties:
        """The JWT's block under the provider's names."""
        jwt = live.get("JwtConfiguration") or {}
        return {"jwtConfiguration": given(jwt, {"Audience": "audiences", "Issuer": "issuer"}) or None}


class ApiMapping(Part):
    """The path of a custom domain under which a stage of an HTTP API answers."""

    token = "aws:apigatewayv2/apiMapping:ApiMapping"  # noqa: S105
    kind = "api_mapping"
    identifier = "ApiMappingId"
    parent = ("domainName", "DomainName")
    members: ClassVar[Mapping[str, str]] = {"apiId": "ApiId", "apiMappingKey": "ApiMappingKey", "stage": "Stage"}
    inputs = frozenset({*members, "domainName", "region"})
    replaces = frozenset({"apiId", "domainName", "region"})

    def imported(self, identity: str) -> tuple[str, str]:
        """Imported the other way round, by `ID/DOMAIN`."""
        own, _, domain = identity.partition("/")
        return domain, own

    def special(self, live: Mapping[str, Any]) -> Properties:
        """The empty key is none."""
        return {"apiMappingKey": live.get("ApiMappingKey") or None}
