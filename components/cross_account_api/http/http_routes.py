"""Route keys of HTTP APIs: what is wrong with them, and what a permission for them covers. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from aws_rules import arns
from cross_account_api.function.permission_scope import Grant, Scope
from cross_account_api.function.targets import FunctionTarget

#: The route that takes what no other route takes.
DEFAULT_ROUTE = "$default"
#: The stage that answers without a stage in the path.
DEFAULT_STAGE = "$default"
# A literal * would stand for anything in a statement's SourceArn.
_ROUTE_KEY = re.compile(
    r"\$default|(ANY|GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) "
    r"(/|(/([A-Za-z0-9._~:@!'(),;=&$+-]+|\{[A-Za-z0-9_]+\+?\}))+)"
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class HttpRoute:
    """A route key (`GET /users/{id}`, `ANY /{proxy+}`, `$default`) that a function takes.

    authorization  NONE, AWS_IAM (SigV4), or JWT, for which the API needs `jwt`
    scopes         of which a token must hold one; JWT alone
    """

    key: str
    function: FunctionTarget
    authorization: Literal["NONE", "AWS_IAM", "JWT"] = "NONE"
    scopes: Sequence[str] = ()


def grants(scope: Scope, stage: str, keys: Sequence[str]) -> list[Grant]:
    """The statements that let API Gateway invoke one function for these route keys."""
    if scope == "api":
        return [Grant(label="api", tail="*")]
    if scope == "stage":
        return [Grant(label="stage", tail=f"{_stage_in_arn(stage)}/*")]
    return [Grant(label=key.replace(" ", ""), tail=route_tail(stage, key)) for key in keys]


def route_tail(stage: str, key: str) -> str:
    """What follows the API's id in the SourceArn of a route key. Pure.

    `$default` is `/*/$default` (developer guide, arn-format-reference). The stage `$default` becomes `*`, as the
    console and the CDK write it: whether its literal name would match is unconfirmed. Path variables become `*`.
    """
    place = _stage_in_arn(stage)
    if key == DEFAULT_ROUTE:
        return f"{place}/{DEFAULT_ROUTE}"
    method, _, path = key.partition(" ")
    return arns.method_tail(stage=place, method=method, path=path)


def _stage_in_arn(stage: str) -> str:
    return "*" if stage == DEFAULT_STAGE else stage


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
