"""A method of a REST API and its parts: aws.apigateway.Method, MethodResponse, Integration and IntegrationResponse."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from cross_account_sandbox.resources import patches
from cross_account_sandbox.resources.gateway import GatewayRecord
from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.session import ProviderSession

_METHOD = {"restApi": "restApiId", "resourceId": "resourceId", "httpMethod": "httpMethod"}
#: Inputs of an integration that AWS sets if the program omits them.
_COMPUTED = ("cacheNamespace", "connectionType")
_ANSWER = {**_METHOD, "statusCode": "statusCode"}


class MethodPart(GatewayRecord):
    """A part of a method, identified by its location. Its ID is `{prefix}-{api}-{resource}-{method}[-{status}]`.

    places  AWS's parameter name of each input that identifies the location
    maps    the patch path of each input that is a map; changed maps are patched by key
    """

    creation = "put"
    prefix: ClassVar[str]
    places: ClassVar[Mapping[str, str]] = _METHOD
    maps: ClassVar[Mapping[str, str]] = {}

    def create(self, session: ProviderSession, inputs: Properties) -> tuple[str, Properties]:
        """Call the put operation."""
        live = self.call(session, inputs, "put", **self.target("", inputs), **self.creating(session, inputs))
        return self.identity("", inputs), self.state(session, inputs, live)

    def identity(self, given: str, outputs: Properties) -> str:
        """The prefix and the location."""
        del given
        return "-".join([self.prefix, *(str(outputs[name]) for name in self.places)])

    def imported(self, identity: str, state: Properties) -> Properties:
        """The import ID is `REST-API-ID/RESOURCE-ID/METHOD[/STATUS]`."""
        return state if state.get("restApi") else {**state, **dict(zip(self.places, identity.split("/"), strict=False))}

    def target(self, identity: str, state: Mapping[str, Any]) -> Properties:
        """The parameters that identify the location."""
        return {parameter: state[name] for name, parameter in self.places.items()}

    def operations(self, old: Properties, new: Properties) -> list[patches.Patch]:
        """Maps are patched by key."""
        changes = (patches.by_member(path, old.get(name), new.get(name)) for name, path in self.maps.items())
        return super().operations(old, new) + [patch for each in changes for patch in each]

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The location, which AWS does not return; empty maps and lists are omitted."""
        empty = {name: None for name, member in self.names.items() if live.get(member) in ({}, [])}
        return {**{name: stated.get(name) for name in self.places}, **empty}


class Method(MethodPart):
    """A method of a path: its authorization and the requirements for requests."""

    token = "aws:apigateway/method:Method"  # noqa: S105
    kind = "method"
    prefix = "agm"
    names: ClassVar[Mapping[str, str]] = {
        "authorization": "authorizationType",
        "authorizerId": "authorizerId",
        "apiKeyRequired": "apiKeyRequired",
        "authorizationScopes": "authorizationScopes",
        "operationName": "operationName",
        "requestModels": "requestModels",
        "requestParameters": "requestParameters",
        "requestValidatorId": "requestValidatorId",
    }
    patched: ClassVar[Mapping[str, str]] = {
        "authorization": "/authorizationType",
        "authorizerId": "/authorizerId",
        "apiKeyRequired": "/apiKeyRequired",
        "operationName": "/operationName",
        "requestValidatorId": "/requestValidatorId",
    }
    maps: ClassVar[Mapping[str, str]] = {"requestModels": "/requestModels", "requestParameters": "/requestParameters"}
    inputs = frozenset({*names, *_METHOD, "region"})
    replaces = frozenset({*_METHOD, "region"})
    defaults: ClassVar[Mapping[str, Any]] = {"apiKeyRequired": False}

    def operations(self, old: Properties, new: Properties) -> list[patches.Patch]:
        """Scopes are added and removed one by one."""
        scopes = patches.by_value(
            "/authorizationScopes", old.get("authorizationScopes"), new.get("authorizationScopes")
        )
        return super().operations(old, new) + scopes


class MethodResponse(MethodPart):
    """A status code that a method can return, with its headers and models."""

    token = "aws:apigateway/methodResponse:MethodResponse"  # noqa: S105
    kind = "method_response"
    prefix = "agmr"
    places: ClassVar[Mapping[str, str]] = _ANSWER
    names: ClassVar[Mapping[str, str]] = {
        "responseModels": "responseModels",
        "responseParameters": "responseParameters",
    }
    patched: ClassVar[Mapping[str, str]] = {}
    maps: ClassVar[Mapping[str, str]] = {
        "responseModels": "/responseModels",
        "responseParameters": "/responseParameters",
    }
    inputs = frozenset({*names, *_ANSWER, "region"})
    replaces = frozenset({*_ANSWER, "region"})


class MethodIntegration(MethodPart):
    """The backend of a method: a function, an HTTP backend or none."""

    token = "aws:apigateway/integration:Integration"  # noqa: S105
    kind = "integration"
    prefix = "agi"
    names: ClassVar[Mapping[str, str]] = {
        "type": "type",
        "cacheKeyParameters": "cacheKeyParameters",
        "cacheNamespace": "cacheNamespace",
        "connectionId": "connectionId",
        "connectionType": "connectionType",
        "contentHandling": "contentHandling",
        "credentials": "credentials",
        "integrationHttpMethod": "integrationHttpMethod",
        "passthroughBehavior": "passthroughBehavior",
        "requestParameters": "requestParameters",
        "requestTemplates": "requestTemplates",
        "timeoutMilliseconds": "timeoutInMillis",
        "tlsConfig": "tlsConfig",
        "uri": "uri",
    }
    patched: ClassVar[Mapping[str, str]] = {
        "cacheNamespace": "/cacheNamespace",
        "connectionId": "/connectionId",
        "connectionType": "/connectionType",
        "contentHandling": "/contentHandling",
        "timeoutMilliseconds": "/timeoutInMillis",
        "uri": "/uri",
    }
    maps: ClassVar[Mapping[str, str]] = {
        "requestParameters": "/requestParameters",
        "requestTemplates": "/requestTemplates",
    }
    inputs = frozenset({*names, *_METHOD, "region"})
    replaces = frozenset({*_METHOD, "credentials", "integrationHttpMethod", "passthroughBehavior", "region", "type"})
    defaults: ClassVar[Mapping[str, Any]] = {"connectionType": "INTERNET", "timeoutMilliseconds": 29_000}

    def creating(self, session: ProviderSession, inputs: Mapping[str, Any]) -> Properties:
        """AWS's default connection type is not sent."""
        arguments = super().creating(session, inputs)
        if arguments.get("connectionType") == "INTERNET":
            del arguments["connectionType"]
        if "tlsConfig" in arguments:
            arguments["tlsConfig"] = dict(arguments["tlsConfig"])
        return arguments

    def operations(self, old: Properties, new: Properties) -> list[patches.Patch]:
        """Omitted computed inputs keep their values; cache keys are added and removed one by one."""
        kept: Properties = {name: old[name] for name in _COMPUTED if name in old and name not in new}
        keys = patches.by_value("/cacheKeyParameters", old.get("cacheKeyParameters"), new.get("cacheKeyParameters"))
        tls = patches.replaced(
            old.get("tlsConfig") or {},
            new.get("tlsConfig") or {},
            {"insecureSkipVerification": "/tlsConfig/insecureSkipVerification"},
        )
        return super().operations(old, {**new, **kept}) + keys + tls

    def computed(self, session: ProviderSession, stated: Properties, live: Mapping[str, Any]) -> Properties:
        """The response's `httpMethod` is the backend's method."""
        return {
            **super().computed(session, stated, live),
            "connectionType": live.get("connectionType", "INTERNET"),
            "integrationHttpMethod": live.get("httpMethod"),
        }


class IntegrationResponse(MethodPart):
    """The mapping from a backend's response to a method response."""

    token = "aws:apigateway/integrationResponse:IntegrationResponse"  # noqa: S105
    kind = "integration_response"
    prefix = "agir"
    places: ClassVar[Mapping[str, str]] = _ANSWER
    names: ClassVar[Mapping[str, str]] = {
        "contentHandling": "contentHandling",
        "responseParameters": "responseParameters",
        "responseTemplates": "responseTemplates",
        "selectionPattern": "selectionPattern",
    }
    patched: ClassVar[Mapping[str, str]] = {}
    inputs = frozenset({*names, *_ANSWER, "region"})
    replaces = frozenset({*_ANSWER, "region"})

    def change(self, session: ProviderSession, identity: str, old: Properties, new: Properties) -> None:
        """PutIntegrationResponse, which replaces the whole resource."""
        del old
        self.call(session, new, "put", **self.target(identity, new), **self.creating(session, new))
