"""CORS of an HTTP API: which pages of other origins may call it, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws

from aws_rules.cors_rules import cors_fault
from aws_rules.grants import DEFAULT_ROUTE
from cross_account_api.http.http_routes import HttpRoute

_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
#: What a browser asks leave for before a JSON request with a token, or one signed with SigV4.
_HEADERS = ("authorization", "content-type", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cors:
    """What API Gateway answers to preflights and adds to responses; a function's own CORS headers are ignored.

    allow_origins      such as `https://app.example.com`; `*`: every origin
    allow_methods      written out, because browsers take `*` literally in requests with credentials
    allow_headers      of requests; the default lets tokens and SigV4 signatures through
    expose_headers     of responses, which a page may read besides the usual ones
    allow_credentials  cookies and the like; API Gateway refuses it with the origin `*`
    max_age            seconds that a browser keeps the answer to a preflight, -1 to 86,400; None: the browser's default
    """

    allow_origins: Sequence[str]
    allow_methods: Sequence[str] = _METHODS
    allow_headers: Sequence[str] = _HEADERS
    expose_headers: Sequence[str] = ()
    allow_credentials: bool = False
    max_age: int | None = None


def cors_configuration(cors: Cors) -> aws.apigatewayv2.ApiCorsConfigurationArgs:
    """The API's argument."""
    return aws.apigatewayv2.ApiCorsConfigurationArgs(
        allow_origins=list(cors.allow_origins),
        allow_methods=list(cors.allow_methods),
        allow_headers=list(cors.allow_headers),
        expose_headers=list(cors.expose_headers) or None,
        allow_credentials=cors.allow_credentials or None,
        max_age=cors.max_age,
    )


def cors_faults(cors: Cors, routes: Sequence[HttpRoute]) -> list[str]:
    """What is wrong with it, and with routes that would refuse preflights. Pure."""
    faults = [] if cors.allow_origins else ["cors: allow_origins is empty; name an origin, or leave cors out"]
    fault = cors_fault(allow_origins=cors.allow_origins, allow_credentials=cors.allow_credentials, max_age=cors.max_age)
    if fault is not None:
        faults.append(f"cors: {fault}")
    keys = {route.key for route in routes if not _guard(route)}
    for route in routes:
        preflight = _preflight_key(route.key)
        if _guard(route) and preflight is not None and preflight not in keys:
            faults.append(
                f"route {route.key!r}: it takes preflights too, and {_guard(route)} refuses "
                "them, because they carry no credentials. Write out the methods (GET, POST, …), or add a route "
                f"{preflight!r} without authorization, whose function then runs for everybody"
            )
    return faults


def _guard(route: HttpRoute) -> str:
    """What refuses callers of the route; empty for an open one."""
    if route.authorizer is not None:
        return f"its authorizer {route.authorizer!r}"
    return "" if route.authorization == "NONE" else f"its authorization {route.authorization}"


def _preflight_key(key: str) -> str | None:
    """The route key that takes preflights from a catch-all route; None for other routes, where API Gateway answers.

    Source: developer guide, http-api-cors ("a $default route and an authorizer"); for ANY the same was seen on AWS.
    """
    if key == DEFAULT_ROUTE:
        return "OPTIONS /{proxy+}"
    method, _, path = key.partition(" ")
    return f"OPTIONS {path}" if method == "ANY" else None
