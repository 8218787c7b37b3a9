"""Host and stage of an HTTP API: find a request's deployment, and check that the host can reach it."""

from __future__ import annotations

from urllib.parse import unquote

from aws_rules.arns import dns_suffix, partition_of_region
from cross_account_sandbox.apigatewayv2.model import HttpApi, HttpStage
from cross_account_sandbox.execute_api import ids
from cross_account_sandbox.execute_api.address import SOURCE_VPC_HEADER, SOURCE_VPCE_HEADER, Address
from cross_account_sandbox.execute_api.base import BaseRefusal
from cross_account_sandbox.execute_api.exchange import parse_query
from cross_account_sandbox.execute_api.http_api.exchange import HttpExchange
from cross_account_sandbox.execute_api.http_api.refusal import HttpRefusal, not_found
from cross_account_sandbox.http import HttpRequest, HttpResponse
from cross_account_sandbox.trace import Outcome, Trace
from cross_account_sandbox.world import World

_DEFAULT_STAGE = "$default"
_REQUEST_ID = "apigw-requestid"
#: Headers between the client and the gateway, and the sandbox's own.
_NOT_SEEN = frozenset(
    ("connection", "transfer-encoding", "expect", "te", "upgrade", SOURCE_VPCE_HEADER, SOURCE_VPC_HEADER)
)


def enter(world: World, request: HttpRequest, address: Address, api: HttpApi, trace: Trace) -> HttpExchange:
    """Create the record of a request whose stage is known. Raises HttpRefusal if no stage matches."""
    trace.api_id = api.api_id
    if address.refused or address.associated or (address.vpce and not address.custom):
        why = address.refused or "HTTP APIs cannot be private: they cannot be reached through a VPC endpoint"
        raise HttpRefusal(403, "Forbidden", hop="host", why=why, host=address.domain)
    stage, path, raw_path = _stage(api, address)
    snapshot = api.served(stage.stage_name) if stage else None
    if stage is None or snapshot is None:
        why = f"No stage answers {path}" if stage is None else f"The stage {stage.stage_name} has no deployment"
        raise not_found(hop="stage", why=why, stage=address.stage, stages=sorted(api.stages))
    trace.stage, trace.path = stage.stage_name, path
    if snapshot.disable_execute_api_endpoint and not address.custom:
        # re:Post, knowledge center, api-gateway-disable-endpoint: 404 for HTTP APIs, 403 for REST APIs.
        why = "The API's default endpoint is disabled; only its custom domain can be used"
        raise not_found(hop="host", why=why, disableExecuteApiEndpoint=True)
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


def refused(refusal: BaseRefusal, trace: Trace) -> HttpResponse:
    """Return the response if no stage is known."""
    return HttpResponse(
        status=refusal.status,
        headers=[("Content-Type", "application/json"), (_REQUEST_ID, trace.request_id)],
        body=refusal.text,
    )


def stamp(exchange: HttpExchange, response: HttpResponse) -> None:
    """Add the request's ID."""
    response.headers.append((_REQUEST_ID, exchange.extended_request_id))


def _stage(api: HttpApi, address: Address) -> tuple[HttpStage | None, str, str]:
    """Return the stage, the path to route, and the path that the event shows.

    A named stage serves the paths under its name, `$default` all other paths; a custom domain's mapping names the
    stage.
    """
    if address.custom:
        return api.stages.get(address.stage or _DEFAULT_STAGE), address.path, address.full_path
    named = api.stages.get(address.stage or "")
    if named is not None and named.stage_name != _DEFAULT_STAGE:
        return named, address.path, address.full_path
    if address.full_path.startswith(f"/{_DEFAULT_STAGE}/") or address.full_path == f"/{_DEFAULT_STAGE}":
        # The sandbox's path prefix can name the default stage; the API's own host never does.
        path = address.full_path.removeprefix(f"/{_DEFAULT_STAGE}") or "/"
        return api.stages.get(_DEFAULT_STAGE), path, path
    return api.stages.get(_DEFAULT_STAGE), address.full_path, address.full_path


def _headers(request: HttpRequest, domain: str, root: str) -> list[tuple[str, str]]:
    """Return the client's headers with lowercase names, sorted, and those that the gateway adds."""
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
