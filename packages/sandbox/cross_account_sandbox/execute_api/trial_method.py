"""TestInvokeMethod: call the API being edited, without stage, deployment or authorization; return the log.

API Gateway calls with the stage name `test-invoke-stage`: a function's policy must allow that stage. Source:
API Gateway API reference, TestInvokeMethod; aws-cdk's testMethodArn; logs recorded on AWS.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from aws_rules.arns import TEST_INVOKE_STAGE, dns_suffix, partition_of_region
from cross_account_sandbox.apigateway.model.definition import Resource
from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.apigateway.model.stage import Stage
from cross_account_sandbox.execute_api import execution_log, ids
from cross_account_sandbox.execute_api.address import Address
from cross_account_sandbox.execute_api.exchange import Exchange, begin
from cross_account_sandbox.execute_api.hops import TEST_INVOKE, walk
from cross_account_sandbox.execute_api.routes import Match, RouteTable
from cross_account_sandbox.execute_api.snapshot import Snapshot
from cross_account_sandbox.http import HttpRequest
from cross_account_sandbox.trace import Trace
from cross_account_sandbox.world import World

#: The source address of the console's requests.
_SOURCE_IP = "test-invoke-source-ip"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


async def try_method(
    world: World, api: RestApi, resource: Resource, verb: str, params: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the output members of TestInvokeMethod for an existing method; `params` are botocore's input members."""
    target = str(params.get("pathWithQueryString") or resource.path)
    exchange = trial_exchange(world, api, resource, verb, target, params, stage_name=TEST_INVOKE_STAGE)
    exchange.method = resource.methods.get(verb) or resource.methods["ANY"]
    world.traces.keep(exchange.trace)
    started = time.perf_counter()
    response = await walk(TEST_INVOKE, exchange)
    latency_ms = int((time.perf_counter() - started) * 1000)
    world.traces.finish(exchange.trace, response.status)
    headers: dict[str, list[str]] = {}
    for name, value in response.headers:
        headers.setdefault(name, []).append(value)
    return {
        "status": response.status,
        "body": response.body.decode("utf-8", "replace"),
        "headers": {name: values[-1] for name, values in headers.items()},
        "multiValueHeaders": headers,
        "log": log_of(exchange, (text for _, text in execution_log.lines(exchange, response))),
        "latency": latency_ms,
    }


def trial_exchange(
    world: World,
    api: RestApi,
    resource: Resource,
    verb: str,
    target: str,
    params: Mapping[str, Any],
    *,
    stage_name: str,
) -> Exchange:
    """Create the record of a request to the API being edited, with a stage that exists only for the test."""
    path = target.partition("?")[0]
    request = HttpRequest(
        method=verb,
        target=target,
        headers=tuple(_headers(params)),
        body=str(params.get("body") or "").encode("utf-8", "replace"),
        peer=_SOURCE_IP,
    )
    trace = Trace(
        request_id=ids.request_id(),
        request=f"{verb} {target} (test invoke)",
        api_id=api.id,
        stage=stage_name,
        path=path,
    )
    stage = Stage(name=stage_name, deployment_id="", variables=dict(params.get("stageVariables") or {}))
    domain = f"{api.id}.execute-api.{api.region}.{dns_suffix(partition_of_region(api.region))}"
    exchange = begin(
        world=world,
        request=request,
        address=Address(api_id=api.id, stage=stage.name, path=path, full_path=resource.path, domain=domain),
        api=api,
        stage=stage,
        # The API can change between tests, so it is compiled each time and not kept.
        snapshot=Snapshot(api.definition),
        trace=trace,
        extended_request_id=ids.extended_request_id(),
    )
    exchange.headers = list(request.headers)
    exchange.test_invoke = exchange.wants_data_trace = True
    exchange.resource = resource
    match = _match(resource, verb, path)
    exchange.path_parameters = match.path_parameters if match else {}
    return exchange


def _match(resource: Resource, verb: str, path: str) -> Match | None:
    """Match the path as AWS does: any path is accepted; one that does not match the resource has no path parameters."""
    return RouteTable([resource]).match(verb, path)


def _headers(params: Mapping[str, Any]) -> list[tuple[str, str]]:
    multi = params.get("multiValueHeaders") or {}
    single = {name: value for name, value in (params.get("headers") or {}).items() if name not in multi}
    return [*single.items(), *((name, value) for name, values in multi.items() for value in values)]


def log_of(exchange: Exchange, texts: Iterable[str]) -> str:
    """Return the execution log as the console shows it."""
    at = _date(exchange.started)
    lines = [f"Execution log for request {exchange.request_id}"]
    lines += [f"{at} : {execution_log.cut(text)}" for text in texts]
    return "\n".join(lines) + "\n"


def _date(epoch: float) -> str:
    """Format a date: `Sat Nov 21 04:10:15 UTC 2026`."""
    moment = datetime.fromtimestamp(epoch, tz=UTC)
    return f"{_DAYS[moment.weekday()]} {_MONTHS[moment.month - 1]} {moment:%d %H:%M:%S} UTC {moment.year}"
