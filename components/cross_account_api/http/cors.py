"""CORS of an HTTP API: which pages from other origins can call it, and how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_aws as aws

from aws_rules.cors_rules import cors_fault
from aws_rules.grants import DEFAULT_ROUTE
from cross_account_api.http.http_routes import HttpRoute

_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
#: The headers in the preflight for a JSON request with a token, or for one signed with SigV4.
_HEADERS = ("authorization", "content-type", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256")


@dataclass(frozen=True, kw_only=True, slots=True)
class Cors:
    """How API Gateway answers preflights, and what it adds to responses; it ignores CORS headers from functions.

    allow_origins      such as `https://app.example.com`; `*`: every origin
    allow_methods      listed, because browsers take `*` literally in requests with credentials
    allow_headers      of requests; the default allows tokens and SigV4 signatures
    expose_headers     of responses, which a page can read in addition to the standard ones
    allow_credentials  allow cookies and other credentials; API Gateway refuses this with the origin `*`
    max_age            how long a browser caches a preflight response, in seconds, -1 to 86,400; None: the browser's
                       default
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
    """Errors in the configuration, and routes that would refuse preflights. Pure."""
    faults = [] if cors.allow_origins else ["cors: allow_origins is empty; name an origin, or leave cors out"]
    fault = cors_fault(allow_origins=cors.allow_origins, allow_credentials=cors.allow_credentials, max_age=cors.max_age)
    if fault is not None:
        faults.append(f"cors: {fault}")
    keys = {route.key for route in routes if not _guard(route)}
    for route in routes:
        preflight = _preflight_key(route.key)
        if _guard(route) and preflight is not None and preflight not in keys:
            faults.append(
                f"route {route.key!r}: it also receives preflights, and {_guard(route)} refuses "
                "them, because they carry no credentials. List the methods (GET, POST, …), or add a route "
                f"{preflight!r} without authorization, whose function then runs for everybody"
            )
    return faults


def _guard(route: HttpRoute) -> str:
    """What guards the route; empty for an open route."""
    if route.authorizer is not None:
        return f"its authorizer {route.authorizer!r}"
    return "" if route.authorization == "NONE" else f"its authorization {route.authorization}"


def _preflight_key(key: str) -> str | None:
    """The route key that would answer preflights before this catch-all route; None for other routes.

    Source: developer guide, http-api-cors ("a $default route and an authorizer"); for ANY the same was seen on AWS.
    """
    if key == DEFAULT_ROUTE:
        return "OPTIONS /{proxy+}"
    method, _, path = key.partition(" ")
    return f"OPTIONS {path}" if method == "ANY" else None
