"""The routes of an API of either protocol, and which of them a request matches."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

#: An HTTP API's route for requests that match no other route.
DEFAULT_ROUTE = "$default"


@dataclass(frozen=True, kw_only=True, slots=True)
class Integration:
    """What a route calls.

    id             of an HTTP API's integration, which several routes can share
    type           AWS_PROXY, AWS, HTTP, …; an HTTP API's call of another AWS service is AWS_SERVICE
    has_responses  whether responses are mapped, if the integration needs that
    """

    type: str
    id: str = ""
    http_method: str = ""
    uri: str = ""
    credentials: str = ""
    timeout_ms: int
    has_responses: bool = False

    @property
    def calls_lambda(self) -> bool:
        """True if it calls a function: AWS_PROXY integrations always call Lambda."""
        return self.type == "AWS_PROXY" or (self.type == "AWS" and ":lambda:path/" in self.uri)


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """One route of the API as edited now; `$default` has no path.

    id  of a REST API's resource or an HTTP API's route
    """

    method: str
    path: str
    id: str
    authorization: str = "NONE"
    authorizer_id: str = ""
    api_key_required: bool = False
    has_responses: bool = False
    integration: Integration | None = None

    @property
    def is_guarded(self) -> bool:
        """True if a caller needs a signature, a token or a key."""
        return self.authorization != "NONE" or self.api_key_required

    @property
    def name(self) -> str:
        """`GET /pets`, `$default`."""
        return f"{self.method} {self.path}".strip()


def matching(routes: Iterable[Route], method: str, path: str) -> Route | None:
    """The route that a request matches.

    Literal parts take precedence, then `{name}`, then `{name+}`; a method before ANY; an HTTP API's `$default` last.
    """
    known = list(routes)
    default = next((route for route in known if route.method == DEFAULT_ROUTE), None)
    if method == DEFAULT_ROUTE:
        return default
    candidates = [
        route for route in known if route.method in (method, "ANY") and _expression(route.path).fullmatch(path or "/")
    ]
    exact = [route for route in candidates if route.path == path]
    return min(exact or candidates, key=lambda route: (_looseness(route.path), route.method == "ANY"), default=default)


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
    """A path that a request could have: each `{name}` is replaced by a word."""
    return re.sub(r"\{([^/{}+]+)\+?\}", r"\1", path) or "/"
