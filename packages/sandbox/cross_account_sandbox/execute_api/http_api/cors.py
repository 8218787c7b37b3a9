"""CORS of an HTTP API: the gateway answers preflight requests and adds headers to integration responses.

Source: API Gateway developer guide, "Configuring CORS for HTTP APIs in API Gateway": the gateway answers OPTIONS even
without a matching route, and drops the backend's own CORS headers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_rules.arns import wildcard_match
from cross_account_sandbox.execute_api.http_api import routing
from cross_account_sandbox.execute_api.http_api.exchange import HttpExchange
from cross_account_sandbox.http import HttpResponse
from cross_account_sandbox.trace import Outcome

_HEADERS = (
    "access-control-allow-origin",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-max-age",
    "access-control-expose-headers",
    "access-control-allow-credentials",
)


def preflight(exchange: HttpExchange) -> HttpResponse | None:
    """Return the response to a preflight; None for other requests and for APIs without a CORS configuration.

    If an OPTIONS, ANY or $default route with authorization matches, it refuses the preflight instead. Source: developer
    guide, http-api-cors, for $default; ANY was observed on AWS.
    """
    cors, origin = exchange.snapshot.cors_configuration, exchange.request.header("origin")
    if not cors or exchange.method != "OPTIONS" or not origin:
        return None
    found = routing.match(exchange.snapshot.routes.values(), "OPTIONS", exchange.path)
    if found is not None and found.route.authorization_type != "NONE":
        return None
    exchange.trace.add("route", Outcome.PASSED, "A CORS preflight, answered by the gateway", cors=cors)
    return HttpResponse(status=204, headers=_allowed(cors, origin, preflight=True))


def apply(exchange: HttpExchange, response: HttpResponse) -> None:
    """Replace the backend's CORS headers in an integration response with the configured ones."""
    cors, origin = exchange.snapshot.cors_configuration, exchange.request.header("origin")
    if not cors or exchange.refusal is not None or exchange.route is None:
        return
    response.headers = [pair for pair in response.headers if pair[0].lower() not in _HEADERS]
    if origin:
        response.headers += _allowed(cors, origin, preflight=False)


def _allowed(cors: Mapping[str, Any], origin: str, *, preflight: bool) -> list[tuple[str, str]]:
    allowed = cors.get("AllowOrigins", [])
    if "*" in allowed:
        shown = "*"
    elif any(wildcard_match(pattern, origin) for pattern in allowed):
        shown = origin
    else:
        return []
    headers = [("access-control-allow-origin", shown)]
    if preflight:
        if cors.get("AllowMethods"):
            headers.append(("access-control-allow-methods", ",".join(cors["AllowMethods"])))
        if cors.get("AllowHeaders"):
            headers.append(("access-control-allow-headers", ",".join(cors["AllowHeaders"])))
        if cors.get("MaxAge") is not None:
            headers.append(("access-control-max-age", str(cors["MaxAge"])))
    if cors.get("ExposeHeaders"):
        headers.append(("access-control-expose-headers", ",".join(cors["ExposeHeaders"])))
    if cors.get("AllowCredentials"):
        headers.append(("access-control-allow-credentials", "true"))
    return headers
