"""A request to an HTTP API, decided hop by hop: stage → CORS → route → throttle → authorization → integration."""

from __future__ import annotations

import json
from urllib.parse import unquote

from aws_rules.arns import dns_suffix, partition_of_region
from cross_account_sandbox.apigatewayv2.model import HttpApi, HttpSnapshot, HttpStage
from cross_account_sandbox.execute_api import header_fields, ids
from cross_account_sandbox.execute_api.address import SOURCE_VPC_HEADER, SOURCE_VPCE_HEADER, Address
from cross_account_sandbox.execute_api.exchange import parse_query
from cross_account_sandbox.execute_api.http_api import access_log, cors, integrations, routing
from cross_account_sandbox.execute_api.http_api.authorization import authorize
from cross_account_sandbox.execute_api.http_api.exchange import HttpExchange
from cross_account_sandbox.execute_api.http_api.refusal import HttpRefusal, not_found
from cross_account_sandbox.http import HttpRequest, HttpResponse
from cross_account_sandbox.trace import Outcome, Trace
from cross_account_sandbox.world import World

#: Bytes of a request's body; developer guide, quotas of HTTP APIs.
LARGEST_BODY = 10 * 1024 * 1024
_DEFAULT_STAGE = "$default"
#: Between the client and the gateway, or the sandbox's own.
_NOT_SEEN = frozenset(
    ("connection", "transfer-encoding", "expect", "te", "upgrade", SOURCE_VPCE_HEADER, SOURCE_VPC_HEADER)
)


async def answer(world: World, request: HttpRequest, address: Address) -> HttpResponse:
    """The answer of the HTTP API at this address. Never raises for what a client, an API or a function does."""
    trace = Trace(request_id=ids.extended_request_id(), request=f"{request.method} {request.target}")
    world.traces.keep(trace)
    try:
        exchange = _begin(world, request, address, trace)
    except HttpRefusal as refusal:
        response = _refused(refusal, trace)
    else:
        response = await _respond(exchange)
        access_log.write(exchange, response)
    response.headers.append(("apigw-requestid", trace.request_id))
    header_fields.guard(response, trace, method=request.method)
    trace.status = response.status
    if request.method == "HEAD" or response.status in (204, 304):
        response.body = b""
    return response


async def _respond(exchange: HttpExchange) -> HttpResponse:
    configured = exchange.snapshot.cors_configuration
    preflight = cors.preflight(configured, exchange.request)
    if preflight is not None and not _guards_options(exchange):
        exchange.trace.add("route", Outcome.PASSED, "A CORS preflight, answered by the gateway", cors=configured)
        return preflight
    try:
        _check_size(exchange)
        _route(exchange)
        _throttle(exchange)
        await authorize(exchange)
        response = await integrations.run(exchange)
    except HttpRefusal as refusal:
        exchange.refusal = refusal
        return _refused(refusal, exchange.trace)
    cors.apply(configured, exchange.request, response)
    exchange.trace.add("response", Outcome.PASSED, f"Answered {response.status}", status=response.status)
    return response


def _guards_options(exchange: HttpExchange) -> bool:
    """True if a route with an authorization takes OPTIONS: ANY or $default, which refuse a preflight therefore.

    Source: developer guide, http-api-cors, for $default; for ANY it was seen on AWS.
    """
    found = routing.match(exchange.snapshot.routes.values(), "OPTIONS", exchange.path)
    return found is not None and found.route.authorization_type != "NONE"


def _refused(refusal: HttpRefusal, trace: Trace) -> HttpResponse:
    outcome = Outcome.DENIED if refusal.denied else Outcome.FAILED
    trace.add(refusal.hop, outcome, refusal.why, **refusal.evidence)
    return HttpResponse(
        status=refusal.status,
        headers=[("Content-Type", "application/json"), *refusal.headers],
        body=json.dumps({"message": refusal.message}, separators=(",", ":")).encode(),
    )


def _begin(world: World, request: HttpRequest, address: Address, trace: Trace) -> HttpExchange:
    api = next(
        store.apis[address.api_id]
        for store in world.http_apis.all()
        if address.api_id in store.apis and address.region in ("", store.region)
    )
    trace.api_id = api.api_id
    if address.refused or address.associated or (address.vpce and not address.custom):
        why = address.refused or "HTTP APIs cannot be private: no VPC endpoint leads to one"
        raise HttpRefusal(403, "Forbidden", hop="host", why=why, host=address.domain)
    stage, path, raw_path = _stage(api, address)
    snapshot = api.served(stage.stage_name) if stage else None
    if stage is None or snapshot is None:
        why = f"No stage answers {path}" if stage is None else f"The stage {stage.stage_name} has no deployment"
        raise not_found(hop="stage", why=why, stage=address.stage, stages=sorted(api.stages))
    trace.stage = stage.stage_name
    _check_door(snapshot, address)
    trace.add("stage", Outcome.PASSED, f"Stage {stage.stage_name} serves deployment {stage.deployment_id}")
    partition = partition_of_region(api.region)
    domain = address.domain or f"{api.api_id}.execute-api.{api.region}.{dns_suffix(partition)}"
    root = ids.trace_root(request.header("x-amzn-trace-id"))
    return HttpExchange(
        world=world,
        request=request,
        api=api,
        stage=stage,
        snapshot=snapshot,
        trace=trace,
        extended_request_id=trace.request_id,
        domain=domain,
        partition=partition,
        path=unquote(path),
        raw_path=unquote(raw_path),
        query=parse_query(request.query),
        headers=_headers(request, domain, root),
        trace_root=root,
    )


def _stage(api: HttpApi, address: Address) -> tuple[HttpStage | None, str, str]:
    """The stage, the path that is routed, and the path that the event shows.

    A named stage answers under its name, `$default` everything else; a custom domain's mapping names the stage.
    """
    if address.custom:
        return api.stages.get(address.stage or _DEFAULT_STAGE), address.path, address.full_path
    named = api.stages.get(address.stage or "")
    if named is not None and named.stage_name != _DEFAULT_STAGE:
        return named, address.path, address.full_path
    if address.full_path.startswith(f"/{_DEFAULT_STAGE}/") or address.full_path == f"/{_DEFAULT_STAGE}":
        # By path prefix the default stage may be named; on its own host it never is.
        path = address.full_path.removeprefix(f"/{_DEFAULT_STAGE}") or "/"
        return api.stages.get(_DEFAULT_STAGE), path, path
    return api.stages.get(_DEFAULT_STAGE), address.full_path, address.full_path


def _check_door(snapshot: HttpSnapshot, address: Address) -> None:
    if snapshot.disable_execute_api_endpoint and not address.custom:
        # The guide gives no status for HTTP APIs; 404 is what a host without an API answers. Unconfirmed.
        why = "The API's default endpoint is disabled; it answers at its custom domain alone"
        raise not_found(hop="host", why=why, disableExecuteApiEndpoint=True)


def _headers(request: HttpRequest, domain: str, root: str) -> list[tuple[str, str]]:
    """The client's headers in lower case, in order of their names, and those that the gateway adds."""
    forwarded = request.header_values("x-forwarded-for")
    seen = [
        (name.lower(), value)
        for name, value in request.headers
        if name.lower() not in _NOT_SEEN and not name.lower().startswith("x-forwarded-")
    ]
    kept = [pair for pair in seen if pair[0] not in ("host", "content-length", "x-amzn-trace-id")]
    added = [
        ("content-length", str(len(request.body))),
        ("host", domain),
        ("x-amzn-trace-id", root),
        ("x-forwarded-for", ", ".join([*forwarded, request.peer])),
        ("x-forwarded-port", "443"),
        ("x-forwarded-proto", "https"),
    ]
    return sorted([*kept, *added], key=lambda pair: pair[0])


def _check_size(exchange: HttpExchange) -> None:
    if exchange.request.size > LARGEST_BODY:
        why = f"The body has {exchange.request.size} bytes; {LARGEST_BODY} are the most"
        raise HttpRefusal(413, "Request Entity Too Large", hop="host", why=why)


def _route(exchange: HttpExchange) -> None:
    found = routing.match(exchange.snapshot.routes.values(), exchange.method, exchange.path)
    if found is None:
        keys = sorted(route.route_key for route in exchange.snapshot.routes.values())
        raise not_found(hop="route", why=f"No route takes {exchange.method} {exchange.path}", routes=keys)
    exchange.route, exchange.path_parameters = found.route, found.parameters
    exchange.trace.add("route", Outcome.PASSED, found.route.route_key, routeKey=found.route.route_key)


def _throttle(exchange: HttpExchange) -> None:
    stage, key = exchange.stage, exchange.route.route_key if exchange.route else _DEFAULT_STAGE
    own = stage.route_settings.get(key, {})
    settings = stage.default_route_settings | own
    rate, burst = settings.get("ThrottlingRateLimit"), settings.get("ThrottlingBurstLimit")
    if rate is None or burst is None:
        return
    slot = ("http", exchange.api.api_id, stage.stage_name, key if own else "*")
    if not exchange.world.gateway.buckets.take(slot, rate=float(rate), burst=int(burst)):
        why = f"The rate of {slot[-1]} is used up: {rate:g} requests a second, bursts of {burst}"
        raise HttpRefusal(429, "Too Many Requests", hop="throttle", why=why, rate=rate, burst=burst)
