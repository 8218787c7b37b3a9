"""The routes of an API: as edited (resources and methods), and as a stage serves them (its export)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_ANY_METHOD = "x-amazon-apigateway-any-method"
_INTEGRATION = "x-amazon-apigateway-integration"


@dataclass(frozen=True, kw_only=True, slots=True)
class Integration:
    """What a route calls; `timeout_ms` is 29,000 unless set."""

    type: str
    http_method: str = ""
    uri: str = ""
    credentials: str = ""
    timeout_ms: int = 29_000
    has_responses: bool = False

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Integration:
        """From GetResources or from an export: both spell the members alike, but for the type's case."""
        return cls(
            type=str(raw.get("type", "")).upper(),
            http_method=str(raw.get("httpMethod") or ""),
            uri=str(raw.get("uri") or ""),
            credentials=str(raw.get("credentials") or ""),
            timeout_ms=int(raw.get("timeoutInMillis") or 29_000),
            has_responses=bool(raw.get("integrationResponses") or raw.get("responses")),
        )

    @property
    def calls_lambda(self) -> bool:
        """Whether a function is meant: proxy integrations of AWS are always Lambda's."""
        return self.type == "AWS_PROXY" or (self.type == "AWS" and ":lambda:path/" in self.uri)


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One method of one resource as the API is edited now."""

    method: str
    path: str
    resource_id: str
    authorization: str = "NONE"
    authorizer_id: str = ""
    api_key_required: bool = False
    has_responses: bool = False
    integration: Integration | None = None

    @property
    def name(self) -> str:
        """`GET /pets`."""
        return f"{self.method} {self.path}"


def edited(resources: Iterable[Mapping[str, Any]]) -> tuple[Route, ...]:
    """The routes of GetResources with `embed=methods`, in the order of their paths."""
    routes = [
        Route(
            method=verb,
            path=str(resource["path"]),
            resource_id=str(resource["id"]),
            authorization=str(method.get("authorizationType") or "NONE"),
            authorizer_id=str(method.get("authorizerId") or ""),
            api_key_required=bool(method.get("apiKeyRequired")),
            has_responses="200" in (method.get("methodResponses") or {}),
            integration=Integration.of(method["methodIntegration"]) if method.get("methodIntegration") else None,
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
                found[f"{method} {path}"] = Integration.of(operation[_INTEGRATION])
    return found


def matching(routes: Iterable[Route], method: str, path: str) -> Route | None:
    """The route that a request meets: literal parts first, then `{name}`, then `{name+}`; a verb before ANY."""
    candidates = [
        route for route in routes if route.method in (method, "ANY") and _expression(route.path).fullmatch(path or "/")
    ]
    exact = [route for route in candidates if route.path == path]
    return min(exact or candidates, key=lambda route: (_looseness(route.path), route.method == "ANY"), default=None)


def _expression(path: str) -> re.Pattern[str]:
    parts = [
        "/.+" if segment.endswith("+}") else "/[^/]+" if segment.startswith("{") else f"/{re.escape(segment)}"
        for segment in path.strip("/").split("/")
        if segment
    ]
    return re.compile(("".join(parts) or "/") + ("/?" if parts else ""))


def _looseness(path: str) -> tuple[int, ...]:
    return tuple(
        2 if segment.endswith("+}") else 1 if segment.startswith("{") else 0 for segment in path.strip("/").split("/")
    )


def sample_path(path: str) -> str:
    """A path that a request could have: each `{name}` filled with a word."""
    return re.sub(r"\{([^/{}+]+)\+?\}", r"\1", path)
