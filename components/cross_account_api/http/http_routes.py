"""Route keys of HTTP APIs: what is wrong with them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cross_account_api.function.targets import FunctionTarget

# A literal * would stand for anything in a statement's SourceArn.
_ROUTE_KEY = re.compile(
    r"\$default|(ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) "
    r"(/|(/([A-Za-z0-9._~:@!'(),;=&$+-]+|\{[A-Za-z0-9_]+\+?\}))+)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Throttling:
    """How many requests are let through, for all callers together; others get 429.

    rate_limit   requests a second, steady
    burst_limit  requests at once
    """

    rate_limit: float = 1000
    burst_limit: int = 500


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class HttpRoute:
    """A route key (`GET /users/{id}`, `ANY /{proxy+}`, `$default`) that a function takes.

    authorization  NONE, AWS_IAM (SigV4), or JWT, for which the API needs `jwt`
    scopes         of which a token must hold one; JWT alone
    throttling     of this route alone; None: the API's
    """

    key: str
    function: FunctionTarget
    authorization: Literal["NONE", "AWS_IAM", "JWT"] = "NONE"
    scopes: Sequence[str] = ()
    throttling: Throttling | None = None


def route_faults(routes: Sequence[HttpRoute], *, has_jwt: bool) -> list[str]:
    """What is wrong with these routes; empty when an API can have them all."""
    keys = [route.key for route in routes]
    faults = [] if keys else ["routes: an API needs at least one route"]
    faults += [
        f"route {key!r}: no route key; write METHOD /path, such as GET /users/{{id}}, or $default"
        for key in keys
        if not _ROUTE_KEY.fullmatch(key)
    ]
    faults += [f"route {key!r}: given twice; keep one" for key in dict.fromkeys(keys) if keys.count(key) > 1]
    faults += [
        f"route {route.key!r}: asks for JWT and the API has no authorizer; give jwt=JwtAuthorizer(issuer=…, audience=…)"
        for route in routes
        if route.authorization == "JWT" and not has_jwt
    ]
    faults += [
        f"route {route.key!r}: scopes {list(route.scopes)} need authorization JWT, it has {route.authorization}"
        for route in routes
        if route.scopes and route.authorization != "JWT"
    ]
    return faults


def throttling_faults(default: Throttling, routes: Sequence[HttpRoute]) -> list[str]:
    """Limits that let no request through. Pure."""
    places = {"throttling": default} | {
        f"route {each.key!r}: throttling": each.throttling for each in routes if each.throttling
    }
    return [
        f"{place}: rate_limit {limits.rate_limit:g} and burst_limit {limits.burst_limit} must be above 0, or every "
        "request is answered with 429"
        for place, limits in places.items()
        if not (limits.rate_limit > 0 and limits.burst_limit > 0)
    ]
