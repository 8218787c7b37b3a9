"""Route keys of HTTP APIs, and checks of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cross_account_api.http.http_authorizers import HttpAuthorizer, JwtAuthorizer
from cross_account_api.throttling import Throttling

# A literal * would match anything in a statement's SourceArn.
_ROUTE_KEY = re.compile(
    r"\$default|(ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) "
    r"(/|(/([A-Za-z0-9._~:@!'(),;=&$+-]+|\{[A-Za-z0-9_]+\+?\}))+)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpRoute:
    """A route key (`GET /users/{id}`, `ANY /{proxy+}`, `$default`) that a function answers.

    function       its name in `functions`
    authorizer     name in `authorizers` of the authorizer that guards it; None: only `authorization` applies
    scopes         one of which a token must have; only with a JWT authorizer
    authorization  of a route without an authorizer: open to anybody, or only to requests signed with SigV4
    throttling     of this route; None: the stage's
    """

    key: str
    function: str
    authorizer: str | None = None
    scopes: Sequence[str] = ()
    authorization: Literal["NONE", "AWS_IAM"] = "NONE"
    throttling: Throttling | None = None


def authorization_type(
    route: HttpRoute, authorizers: Mapping[str, HttpAuthorizer]
) -> Literal["NONE", "AWS_IAM", "JWT", "CUSTOM"]:
    """The route's authorization type in API Gateway's terms."""
    if route.authorizer is None:
        return route.authorization
    return "JWT" if isinstance(authorizers[route.authorizer], JwtAuthorizer) else "CUSTOM"


def route_faults(routes: Sequence[HttpRoute], authorizers: Mapping[str, HttpAuthorizer]) -> list[str]:
    """Errors in these routes; empty if an API can have them all."""
    keys = [route.key for route in routes]
    faults = [] if keys else ["routes: an API needs at least one route"]
    faults += [
        f"route {key!r}: it is not a route key; write METHOD /path, such as GET /users/{{id}}, or $default"
        for key in keys
        if not _ROUTE_KEY.fullmatch(key)
    ]
    faults += [f"route {key!r}: it is listed twice; remove one" for key in dict.fromkeys(keys) if keys.count(key) > 1]
    faults += [
        f"route {route.key!r}: no authorizer {route.authorizer!r}; there are {', '.join(authorizers) or 'none'}"
        for route in routes
        if route.authorizer is not None and route.authorizer not in authorizers
    ]
    faults += [
        f"route {route.key!r}: authorizer {route.authorizer!r} and authorization AWS_IAM, but API Gateway enforces "
        "only one of them; remove one"
        for route in routes
        if route.authorizer is not None and route.authorization == "AWS_IAM"
    ]
    faults += [
        f"route {route.key!r}: scopes {list(route.scopes)} need a JWT authorizer; name a JwtAuthorizer"
        for route in routes
        if route.scopes and not isinstance(authorizers.get(route.authorizer or ""), JwtAuthorizer)
    ]
    return faults


def throttling_faults(default: Throttling, routes: Sequence[HttpRoute]) -> list[str]:
    """Limits that would block every request. Pure."""
    places = {"throttling": default} | {
        f"route {each.key!r}: throttling": each.throttling for each in routes if each.throttling
    }
    return [
        f"{place}: rate_limit {limits.rate_limit:g} and burst_limit {limits.burst_limit} must be above 0, or every "
        "request is answered with 429"
        for place, limits in places.items()
        if not (limits.rate_limit > 0 and limits.burst_limit > 0)
    ]
