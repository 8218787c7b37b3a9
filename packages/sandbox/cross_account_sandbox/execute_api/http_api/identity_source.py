"""Identity sources of authorizers: `$request.header.X`, `$request.querystring.X`, `$context.X`, `$stageVariables.X`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cross_account_sandbox.execute_api.http_api.event import context_2_0
from cross_account_sandbox.execute_api.http_api.exchange import HttpExchange


def values_of(exchange: HttpExchange, sources: Sequence[str]) -> list[str]:
    """Return the value of each source, in order; an empty string if the request lacks it."""
    return [_value(exchange, source) for source in sources]


def _value(exchange: HttpExchange, source: str) -> str:
    kind, _, name = source.removeprefix("$").partition(".")
    if kind == "request":
        place, _, key = name.partition(".")
        if place == "header":
            return exchange.header(key)
        return ",".join(exchange.query.get(key, [])) if place == "querystring" else ""
    if kind == "stageVariables":
        return exchange.stage.stage_variables.get(name, "")
    found: Any = context_2_0(exchange)
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return str(found) if found else ""
