"""Find the route of an HTTP API that a request matches.

The most specific route wins: a full match before a greedy `{proxy+}`, a specific method before ANY, `$default` last.
Source: API Gateway developer guide, "Create routes for HTTP APIs in API Gateway".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cross_account_sandbox.apigatewayv2.model import HttpRoute
from cross_account_sandbox.execute_api.http_api.exchange import HttpExchange
from cross_account_sandbox.execute_api.http_api.refusal import not_found
from cross_account_sandbox.trace import Outcome

DEFAULT = "$default"
#: How specifically a segment matches: literal, variable or greedy variable.
_LITERAL, _VARIABLE, _GREEDY = 0, 1, 2


@dataclass(frozen=True, kw_only=True, slots=True)
class RouteMatch:
    """A route, and the values of its path variables."""

    route: HttpRoute
    parameters: dict[str, str]


def check(exchange: HttpExchange) -> None:
    """Set the request's route and path parameters. Raises HttpRefusal if no route matches."""
    found = match(exchange.snapshot.routes.values(), exchange.method, exchange.path)
    if found is None:
        keys = sorted(route.route_key for route in exchange.snapshot.routes.values())
        raise not_found(hop="route", why=f"No route matches {exchange.method} {exchange.path}", routes=keys)
    exchange.route, exchange.path_parameters = found.route, found.parameters
    exchange.trace.add("route", Outcome.PASSED, found.route.route_key, routeKey=found.route.route_key)


def match(routes: Iterable[HttpRoute], method: str, path: str) -> RouteMatch | None:
    """Return the route that a decoded path matches; None if no route matches, not even `$default`."""
    best: tuple[tuple[tuple[int, ...], int], RouteMatch] | None = None
    default: RouteMatch | None = None
    for route in routes:
        if route.route_key == DEFAULT:
            default = RouteMatch(route=route, parameters={})
            continue
        verb, _, pattern = route.route_key.partition(" ")
        if verb not in (method, "ANY"):
            continue
        fit = _fit(pattern, path)
        if fit is None:
            continue
        ranks, parameters = fit
        rank = (ranks, 0 if verb == method else 1)
        if best is None or rank < best[0]:
            best = (rank, RouteMatch(route=route, parameters=parameters))
    return best[1] if best else default


def _fit(pattern: str, path: str) -> tuple[tuple[int, ...], dict[str, str]] | None:
    wanted, have = pattern.strip("/").split("/"), path[1:].split("/")
    if pattern != "/" and pattern.endswith("/"):
        wanted.append("")
    ranks: list[int] = []
    parameters: dict[str, str] = {}
    for index, segment in enumerate(wanted):
        if segment.startswith("{") and segment.endswith("+}"):
            rest = "/".join(have[index:])
            # A greedy variable must have a value: `/{proxy+}` does not match the root.
            return ((*ranks, _GREEDY), parameters | {segment[1:-2]: rest}) if rest else None
        if index >= len(have):
            return None
        if segment.startswith("{") and segment.endswith("}"):
            if not have[index]:
                return None
            ranks.append(_VARIABLE)
            parameters[segment[1:-1]] = have[index]
        elif segment == have[index]:
            ranks.append(_LITERAL)
        else:
            return None
    return (tuple(ranks), parameters) if len(have) == len(wanted) else None
