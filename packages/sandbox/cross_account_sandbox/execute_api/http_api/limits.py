"""Limits of an HTTP API: the size of a request, and the rate of its stage and routes."""

from __future__ import annotations

from cross_account_sandbox.execute_api.http_api.exchange import HttpExchange
from cross_account_sandbox.execute_api.http_api.refusal import HttpRefusal
from cross_account_sandbox.execute_api.http_api.routing import DEFAULT

#: The largest request body, in bytes; developer guide, quotas of HTTP APIs.
LARGEST_BODY = 10 * 1024 * 1024


def check_size(exchange: HttpExchange) -> None:
    """Refuse a body that exceeds the limit."""
    if exchange.request.size > LARGEST_BODY:
        why = f"The body has {exchange.request.size} bytes; the limit is {LARGEST_BODY}"
        raise HttpRefusal(413, "Request Entity Too Large", hop="host", why=why)


def check_rate(exchange: HttpExchange) -> None:
    """Refuse requests that exceed the route's rate, or the stage's default rate."""
    stage, key = exchange.stage, exchange.route.route_key if exchange.route else DEFAULT
    own = stage.route_settings.get(key, {})
    settings = stage.default_route_settings | own
    rate, burst = settings.get("ThrottlingRateLimit"), settings.get("ThrottlingBurstLimit")
    if rate is None or burst is None:
        return
    slot = ("http", exchange.api.api_id, stage.stage_name, key if own else "*")
    if not exchange.world.gateway.buckets.take(slot, rate=float(rate), burst=int(burst)):
        why = f"The rate of {slot[-1]} is exceeded: {rate:g} requests per second, bursts of {burst}"
        raise HttpRefusal(429, "Too Many Requests", hop="throttle", why=why, rate=rate, burst=burst)
