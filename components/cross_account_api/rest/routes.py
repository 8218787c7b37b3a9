"""The routes of an API, and checks of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_rules import arns
from aws_rules.paths import is_path_part
from aws_rules.quotas import INTEGRATION_TIMEOUT_QUOTA, REST_INTEGRATION_MS, integration_timeout_fault
from cross_account_api.rest import openapi

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", arns.ANY)


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """A method (or ANY) and path that a function answers.

    function    its name in `functions`
    timeout_ms  how long API Gateway waits for the function, 50 to 29,000 milliseconds, or up to the account's raised
                quota (RestApiArgs.integration_timeout_quota_ms); None: 29,000
    authorizer  name in `authorizers` of the authorizer that guards it; None: the API's authorization
    """

    method: str
    path: str
    function: str
    timeout_ms: int | None = None
    authorizer: str | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def pairs(routes: Sequence[Route]) -> list[tuple[str, str]]:
    """The (method, path) of each route."""
    return [(route.method, route.path) for route in routes]


def route_faults(routes: Sequence[tuple[str, str]], document: Mapping[str, Any] | None) -> list[str]:
    """Errors in these (method, path) pairs; empty if an API can have them all.

    Pure. A given document must declare every route. The rules are API Gateway's: one variable among siblings, a greedy
    one only at the end.
    """
    faults = [] if routes else ["routes: an API needs at least one route"]
    for method, path in routes:
        faults += _spelling(method, path)
    faults += [f"route {method} {path}: it is listed twice; remove one" for method, path in _repeated(routes)]
    declared = openapi.operations(document) if document is not None else []
    if document is not None:
        known = set(declared)
        faults += [
            f"route {method} {path}: the document does not have this operation; it has {_near(path, declared)}. "
            "Declare it in the document (openapi.with_operations) or correct the route"
            for method, path in dict.fromkeys(routes)
            if (method, path) not in known
        ]
    return faults or _siblings([path for _, path in [*declared, *routes]])


def wildcard_faults(routes: Sequence[tuple[str, str]]) -> list[str]:
    """Paths whose ARN would match more than the route, because in IAM * and ? match any characters. Pure."""
    return [
        f"route {method} {path}: * and ? would also allow other paths; use a variable such as {{id}} or {{proxy+}}"
        for method, path in dict.fromkeys(routes)
        if "*" in path or "?" in path
    ]


def timeout_faults(routes: Sequence[Route], longest_ms: int = REST_INTEGRATION_MS) -> list[str]:
    """Timeouts that API Gateway does not accept. Pure."""
    return [
        f"route {route}: timeout_ms {fault}; a Regional or private API can wait longer if the account has the quota "
        f"{INTEGRATION_TIMEOUT_QUOTA} raised: give the raised value as integration_timeout_quota_ms"
        for route in routes
        if (fault := integration_timeout_fault(route.timeout_ms, longest_ms))
    ]


def _spelling(method: str, path: str) -> list[str]:
    faults = []
    if method not in METHODS:
        faults.append(f"route {method} {path}: method {method!r} is not one of {', '.join(METHODS)}")
    if fault := path_fault(path):
        faults.append(f"route {method} {path}: {fault}")
    return faults


def path_fault(path: str) -> str | None:
    """Why a REST API cannot have this path; None if it can. Pure."""
    if not path.startswith("/"):
        return f"path {path!r} must begin with a slash"
    segments = path.split("/")[1:] if path != "/" else []
    if bad := next((segment for segment in segments if segment and not is_path_part(segment)), None):
        return f"{bad!r} is not a path segment: letters, digits and . _ - : , or one {{variable}}"
    if "" in segments:
        return "an empty segment; remove the double or trailing slash"
    if any(segment.endswith("+}") for segment in segments[:-1]):
        return "a greedy variable ({name+}) can only be the last segment"
    return None


def _repeated(routes: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [route for route, count in Counter(routes).items() if count > 1]


def _siblings(paths: Sequence[str]) -> list[str]:
    """API Gateway: "A sibling ({id}) of this resource already has a variable path part -- only one is allowed"."""
    variables: dict[str, str] = {}
    faults = []
    for path in dict.fromkeys(paths):
        parent = ""
        for segment in path.split("/")[1:]:
            first = variables.setdefault(parent, segment) if segment.startswith("{") else segment
            if first != segment:
                faults.append(
                    f"path {path}: {segment} collides with {first} under {parent or '/'}; use one name for both"
                )
            parent = f"{parent}/{segment}"
    return list(dict.fromkeys(faults))


def _near(path: str, declared: Sequence[tuple[str, str]]) -> str:
    there = [f"{method} {other}" for method, other in declared if other == path] or [
        f"{method} {other}" for method, other in declared
    ]
    return ", ".join(there[:8]) + (", …" if len(there) > 8 else "")
