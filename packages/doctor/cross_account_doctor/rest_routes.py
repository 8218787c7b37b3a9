"""The routes of a REST API: as edited (resources and methods), and as a stage serves them (from its export)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cross_account_doctor.protocols import REST
from cross_account_doctor.routes import Integration, Route

_ANY_METHOD = "x-amazon-apigateway-any-method"
_INTEGRATION = "x-amazon-apigateway-integration"


def edited(resources: Iterable[Mapping[str, Any]]) -> tuple[Route, ...]:
    """The routes from GetResources with `embed=methods`, ordered by path."""
    routes = [
        Route(
            method=verb,
            path=str(resource["path"]),
            id=str(resource["id"]),
            authorization=str(method.get("authorizationType") or "NONE"),
            authorizer_id=str(method.get("authorizerId") or ""),
            api_key_required=bool(method.get("apiKeyRequired")),
            has_responses="200" in (method.get("methodResponses") or {}),
            integration=_integration(method["methodIntegration"]) if method.get("methodIntegration") else None,
        )
        for resource in resources
        for verb, method in (resource.get("resourceMethods") or {}).items()
    ]
    return tuple(sorted(routes, key=lambda route: (route.path, route.method)))


def exported_integrations(document: Mapping[str, Any]) -> dict[str, Integration]:
    """Integration by route name, from an OpenAPI export with API Gateway's extensions."""
    found: dict[str, Integration] = {}
    for path, item in (document.get("paths") or {}).items():
        for verb, operation in item.items():
            method = "ANY" if verb == _ANY_METHOD else verb.upper()
            if isinstance(operation, Mapping) and isinstance(operation.get(_INTEGRATION), Mapping):
                found[f"{method} {path}"] = _integration(operation[_INTEGRATION])
    return found


def _integration(raw: Mapping[str, Any]) -> Integration:
    """From GetResources or an export; both use the same names, except for the case of the type."""
    return Integration(
        type=str(raw.get("type", "")).upper(),
        http_method=str(raw.get("httpMethod") or ""),
        uri=str(raw.get("uri") or ""),
        credentials=str(raw.get("credentials") or ""),
        timeout_ms=int(raw.get("timeoutInMillis") or REST.longest_integration_ms),
        has_responses=bool(raw.get("integrationResponses") or raw.get("responses")),
    )
