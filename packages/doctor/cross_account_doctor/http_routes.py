"""The routes of an HTTP API: as edited (routes and integrations), and as exported."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from cross_account_doctor.protocols import HTTP
from cross_account_doctor.routes import DEFAULT_ROUTE, Integration, Route

_ANY_METHOD = "x-amazon-apigateway-any-method"
_INTEGRATION = "x-amazon-apigateway-integration"
_AUTH = "x-amazon-apigateway-auth"
_CORS = "x-amazon-apigateway-cors"


def edited(routes: Iterable[Mapping[str, Any]], integrations: Iterable[Mapping[str, Any]]) -> tuple[Route, ...]:
    """The routes from GetRoutes with their integrations from GetIntegrations, ordered by path."""
    known = {item["IntegrationId"]: _integration(item) for item in integrations}
    return tuple(sorted((_route(item, known) for item in routes), key=lambda route: (route.path, route.method)))


def _route(raw: Mapping[str, Any], integrations: Mapping[str, Integration]) -> Route:
    method, _, path = str(raw["RouteKey"]).partition(" ")
    return Route(
        method=method,
        path=path,
        id=str(raw["RouteId"]),
        authorization=str(raw.get("AuthorizationType") or "NONE"),
        authorizer_id=str(raw.get("AuthorizerId") or ""),
        integration=integrations.get(str(raw.get("Target") or "").removeprefix("integrations/")),
    )


def _integration(raw: Mapping[str, Any]) -> Integration:
    """HTTP APIs always call Lambda with POST, so the method is omitted."""
    return Integration(
        id=str(raw["IntegrationId"]),
        type="AWS_SERVICE" if raw.get("IntegrationSubtype") else str(raw.get("IntegrationType") or ""),
        uri=str(raw.get("IntegrationUri") or ""),
        credentials=str(raw.get("CredentialsArn") or ""),
        timeout_ms=int(raw.get("TimeoutInMillis") or HTTP.longest_integration_ms),
    )


def exported(document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What an OpenAPI export says about each route, by route key; about CORS under an empty key."""
    found: dict[str, dict[str, Any]] = {}
    for path, item in (document.get("paths") or {}).items():
        for verb, operation in item.items():
            if not isinstance(operation, Mapping):
                continue
            method = "ANY" if verb == _ANY_METHOD else verb.upper()
            key = DEFAULT_ROUTE if operation.get("isDefaultRoute") else f"{method} {path}"
            integration = operation.get(_INTEGRATION) or {}
            found[key] = {**integration, "security": operation.get("security"), "auth": operation.get(_AUTH)}
    return found | ({"": {"CORS": document[_CORS]}} if document.get(_CORS) else {})


def differences(served: Mapping[str, dict[str, Any]], now: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """The differences between two exports, by route key; CORS under an empty key."""
    found: dict[str, str] = {}
    for key in sorted({*served, *now}):
        old, new = served.get(key, {}), now.get(key, {})
        if key and not (old and new):
            found[key] = f"not deployed ({HTTP.no_route})" if new else "removed from the API, but still served"
            continue
        changed = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
        told = [f"{name} is {_shown(old.get(name))} as deployed, {_shown(new.get(name))} as edited" for name in changed]
        if told:
            found[key] = ", ".join(told)
    return found


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value) if value else "none"
