"""The data plane: a request to a deployed API, decided hop by hop as API Gateway decides.

host → stage → WAF → route → authorization → usage plan → throttle → validation → integration → response.
Each hop is a module of its own, leaves its decision in the trace, and ends the request by raising Refusal.

The authorizer is asked before the usage plan, as execution logs of AWS show ("Starting authorizer" comes before
"Verifying Usage Plan"). That the limits of stage and method follow those of the plan is the developer guide's order
("Throttle requests to your REST APIs"); whether they come after authorization is unconfirmed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aws_rules.arns import dns_suffix, partition_of_region
from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.apigateway.model.store import ApiGatewayStore
from cross_account_sandbox.apigatewayv2.model import HttpApiStore
from cross_account_sandbox.control_plane.vpc_endpoints import VpcEndpoints
from cross_account_sandbox.execute_api import (
    access_log,
    execution_log,
    gateway_responses,
    header_fields,
    ids,
    limits,
    throttling,
    usage_plans,
    validation,
    vpc_endpoints,
    web_acl,
)
from cross_account_sandbox.execute_api.address import Address, address_of
from cross_account_sandbox.execute_api.answer_headers import stamp
from cross_account_sandbox.execute_api.authorization import authorize
from cross_account_sandbox.execute_api.authorization.iam import signature_refusal
from cross_account_sandbox.execute_api.compression import compress, decompressed
from cross_account_sandbox.execute_api.exchange import Exchange, begin
from cross_account_sandbox.execute_api.integrations import run_integration
from cross_account_sandbox.execute_api.refusal import BAD_REQUEST_BODY, Refusal
from cross_account_sandbox.execute_api.signed_request import MISSING, SignatureRefusal, read_signature
from cross_account_sandbox.execute_api.snapshot import Snapshot
from cross_account_sandbox.http import HttpRequest, HttpResponse
from cross_account_sandbox.stores import Stores
from cross_account_sandbox.trace import Outcome, Trace
from cross_account_sandbox.world import World


async def answer(world: World, request: HttpRequest) -> HttpResponse | None:
    """The answer of the deployed API that a request is for; None if it is for none.

    Never raises for what a client, an API or a function does.
    """
    address = address_of(world, request)
    if address is None:
        return None
    api = _rest_api(world.apigateway, address)
    if api is None:
        http_api = _http_api(world.http_apis, address)
        if http_api is not None:
            # Late: its JWT authorizer loads cryptography.
            from cross_account_sandbox.execute_api.http_api import gateway as http_gateway

            return await http_gateway.answer(world, request, address)
    trace = Trace(request_id=ids.request_id(), request=f"{request.method} {request.target}")
    world.traces.keep(trace)
    response = await _rest(world, request, address, api, trace)
    trace.status = response.status
    if request.method == "HEAD" or response.status in (204, 304):
        response.body = b""
    return response


async def _rest(
    world: World, request: HttpRequest, address: Address, api: RestApi | None, trace: Trace
) -> HttpResponse:
    """The answer of a REST API: what ends a request before its stage is known has no gateway response."""
    extended_id = ids.extended_request_id()
    served = _served(world, address, api, trace)
    if served is None or api is None:
        return _forbidden(trace, extended_id)
    stage, snapshot, address = served
    trace.api_id, trace.stage = api.id, stage.name
    exchange = begin(
        world=world,
        request=request,
        address=address,
        api=api,
        stage=stage,
        snapshot=snapshot,
        trace=trace,
        extended_request_id=extended_id,
    )
    response = await respond(exchange)
    execution_log.write(exchange, response)
    access_log.write(exchange, response)
    if exchange.edge is not None:
        exchange.edge.stamp(response)
    return response


async def respond(exchange: Exchange) -> HttpResponse:
    """Every hop from the route on, and the answer with its ids."""
    try:
        limits.check_request(exchange)
        web_acl.check(exchange)
        _decompress(exchange)
        _route(exchange)
        execution_log.prepare(exchange)
        limits.check_method_arn(exchange)
        await authorize(exchange)
        usage_plans.check(exchange)
        throttling.check(exchange)
        validation.check(exchange)
        response = await run_integration(exchange)
        response = compress(exchange, response)
        stamp(exchange, response, traced=_integration_type(exchange) not in ("HTTP_PROXY", "MOCK"))
    except Refusal as refusal:
        outcome = Outcome.DENIED if refusal.denied else Outcome.FAILED
        exchange.trace.add(refusal.hop, outcome, refusal.why, **refusal.evidence)
        exchange.refusal = refusal
        response = gateway_responses.render(exchange, refusal)
        stamp(exchange, response, traced=False)
    else:
        exchange.trace.add("response", Outcome.PASSED, f"Answered {response.status}", status=response.status)
    header_fields.guard(response, exchange.trace, method=exchange.verb)
    return response


def _decompress(exchange: Exchange) -> None:
    try:
        exchange.body = decompressed(exchange)
    except ValueError as problem:
        # The text is unconfirmed.
        why = f"The body is not what its Content-Encoding says: {problem}"
        raise Refusal(BAD_REQUEST_BODY, "Bad Request", hop="limits", why=why) from None


def _integration_type(exchange: Exchange) -> str:
    method = exchange.method
    return method.integration.type if method and method.integration else ""


def _rest_api(stores: Stores[ApiGatewayStore], address: Address) -> RestApi | None:
    for store in stores.all():
        api = store.rest_apis.get(address.api_id)
        if api is not None and address.region in ("", api.region):
            return api
    return None


def _http_api(stores: Stores[HttpApiStore], address: Address) -> Any:
    for store in stores.all():
        api = store.apis.get(address.api_id)
        if api is not None and address.region in ("", store.region):
            return api
    return None


def _served(world: World, address: Address, api: RestApi | None, trace: Trace) -> Any:
    """(stage, snapshot, completed address) of what answers, or None where nothing does: 403 Forbidden."""
    if api is None or address.refused:
        why = address.refused or f"No API {address.api_id!r} answers here"
        trace.add("host", Outcome.DENIED, why, host=address.domain, apiId=address.api_id, region=address.region)
        return None
    if not address.domain:
        domain = f"{api.id}.execute-api.{api.region}.{dns_suffix(partition_of_region(api.region))}"
        address = replace(address, domain=domain)
    if api.default_endpoint_closed and not address.custom:
        why = "The API's default endpoint is disabled; it answers at its custom domain alone"
        trace.add("host", Outcome.DENIED, why, apiId=api.id, disableExecuteApiEndpoint=True)
        return None
    stage = api.stages.get(address.stage or "")
    definition = api.served(stage.name) if stage else None
    if stage is None or definition is None:
        why = f"The API has no stage {address.stage!r}" if address.stage else "The path names no stage"
        trace.add("stage", Outcome.DENIED, why, stage=address.stage, stages=sorted(api.stages))
        return None
    snapshot = world.gateway.snapshots.of(definition)
    if not _through_the_right_door(world.vpc_endpoints, api, snapshot, address, trace):
        return None
    trace.add(
        "stage",
        Outcome.PASSED,
        f"Stage {stage.name} serves deployment {stage.deployment_id}",
        deployment=stage.deployment_id,
    )
    return stage, snapshot, address


def _through_the_right_door(
    endpoints: VpcEndpoints, api: RestApi, snapshot: Snapshot, address: Address, trace: Trace
) -> bool:
    """A private API answers only calls through a VPC endpoint, any other API only calls from the internet."""
    if address.associated and address.associated not in snapshot.definition.vpc_endpoint_ids:
        why = f"{address.associated} is not associated with the API, so this name does not lead to it"
    elif snapshot.private and address.vpce is None:
        why = "A private API answers only through a VPC endpoint"
    elif not snapshot.private and address.vpce is not None and not address.custom:
        why = "A VPC endpoint leads to private APIs alone; this one is public"
    else:
        why = vpc_endpoints.misdirected(endpoints, address.vpce, api.region) if address.vpce else ""
    if not why:
        return True
    trace.add("host", Outcome.DENIED, why, vpce=address.vpce, endpointTypes=snapshot.definition.endpoint_types)
    return False


def _forbidden(trace: Trace, extended_id: str) -> HttpResponse:
    return HttpResponse(
        status=403,
        headers=[
            ("Content-Type", "application/json"),
            ("x-amzn-ErrorType", "ForbiddenException"),
            ("x-amzn-RequestId", trace.request_id),
            ("x-amz-apigw-id", extended_id),
        ],
        body=b'{"message":"Forbidden"}',
    )


def _route(exchange: Exchange) -> None:
    match = exchange.snapshot.routes.match(exchange.verb, exchange.address.path)
    if match is None:
        raise _no_route(exchange)
    exchange.resource, exchange.method, exchange.path_parameters = match.resource, match.method, match.path_parameters
    exchange.trace.add(
        "route",
        Outcome.PASSED,
        f"{match.method.http_method} {match.resource.path}",
        resource=match.resource.path,
        method=match.method.http_method,
    )


def _no_route(exchange: Exchange) -> Refusal:
    """403 `Missing Authentication Token`; an Authorization header that is no signature is complained of instead."""
    problem = SignatureRefusal(MISSING, "Missing Authentication Token")
    if exchange.header("authorization"):
        try:
            read_signature(exchange.request)
        except SignatureRefusal as found:
            problem = found
    refusal = signature_refusal(problem)
    refusal.hop = "route"
    refusal.why = f"No method answers {exchange.verb} {exchange.address.path}"
    refusal.evidence = {"path": exchange.address.path, "verb": exchange.verb}
    return refusal
