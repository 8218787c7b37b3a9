"""The path of a request through API Gateway: the hops of each kind of call, in order.

Each hop is a module. It adds its decision to the trace, and can end the request by raising a refusal. The last request
hop returns the response; then the response hops run, also after a refusal.

The authorizer of a REST API is called before the usage plan is checked, as AWS execution logs show ("Starting
authorizer" precedes "Verifying Usage Plan"). The limits of the stage and the method follow those of the
plan, in the order of the developer guide ("Throttle requests to your REST APIs").
"""

# Unconfirmed: that the limits of the stage and the method count a request after its authorization. Reason: no AWS page
# says so.

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from cross_account_sandbox.execute_api import (
    access_log,
    answer_headers,
    compression,
    execution_log,
    gateway_responses,
    header_fields,
    limits,
    route,
    throttling,
    usage_plans,
    validation,
    web_acl,
)
from cross_account_sandbox.execute_api.authorization import authorize
from cross_account_sandbox.execute_api.base import BaseExchange, BaseRefusal
from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.http_api import access_log as http_access_log
from cross_account_sandbox.execute_api.http_api import cors, routing
from cross_account_sandbox.execute_api.http_api import integrations as http_integrations
from cross_account_sandbox.execute_api.http_api import limits as http_limits
from cross_account_sandbox.execute_api.http_api import refusal as http_refusal
from cross_account_sandbox.execute_api.http_api import stage as http_stage
from cross_account_sandbox.execute_api.http_api.authorization import authorize as http_authorize
from cross_account_sandbox.execute_api.http_api.exchange import HttpExchange
from cross_account_sandbox.execute_api.integrations import run_integration
from cross_account_sandbox.http import HttpResponse
from cross_account_sandbox.trace import Outcome

E = TypeVar("E", bound=BaseExchange[Any, Any])


@dataclass(frozen=True, kw_only=True, slots=True)
class Hops(Generic[E]):
    """The hops of one kind of call.

    request   each can refuse; the first one to return a response ends this phase
    refused   the response to a refusal
    response  process and log every response
    """

    request: tuple[Callable[[E], Coroutine[Any, Any, HttpResponse | None] | HttpResponse | None], ...]
    refused: Callable[[E, Any], HttpResponse]
    response: tuple[Callable[[E, HttpResponse], None], ...]


#: The hops of a request to a deployed REST API, once its stage is known.
REST: Hops[Exchange] = Hops(
    request=(
        limits.check_request,
        web_acl.check,
        compression.decompress,
        route.check,
        execution_log.prepare,
        limits.check_method_arn,
        authorize,
        usage_plans.check,
        throttling.check,
        validation.check,
        run_integration,
    ),
    refused=gateway_responses.render,
    response=(
        compression.compress,
        answer_headers.stamp,
        header_fields.guard,
        execution_log.write,
        access_log.write,
        answer_headers.stamp_edge,
    ),
)
#: The hops of a request to a deployed HTTP API, once its stage is known.
HTTP: Hops[HttpExchange] = Hops(
    request=(
        cors.preflight,
        http_limits.check_size,
        routing.check,
        http_limits.check_rate,
        http_authorize,
        http_integrations.run,
    ),
    refused=http_refusal.render,
    response=(cors.apply, http_access_log.write, http_stage.stamp, header_fields.guard),
)
#: TestInvokeMethod: no stage, no authorization, no limits; its log is part of its output.
TEST_INVOKE: Hops[Exchange] = Hops(
    request=(validation.check, run_integration),
    refused=gateway_responses.render_test,
    response=(answer_headers.stamp_test, header_fields.guard),
)


async def walk(hops: Hops[E], exchange: E) -> HttpResponse:
    """Return the response to a request. Never raises an error because of a client, an API or a function."""
    try:
        response = await _answer(hops, exchange)
    except BaseRefusal as refusal:
        refusal.add_to(exchange.trace)
        exchange.refusal = refusal
        response = hops.refused(exchange, refusal)
    else:
        exchange.trace.add("response", Outcome.PASSED, f"Answered {response.status}", status=response.status)
    for hop in hops.response:
        hop(exchange, response)
    return response


async def _answer(hops: Hops[E], exchange: E) -> HttpResponse:
    for hop in hops.request:
        decided = hop(exchange)
        if decided is not None and not isinstance(decided, HttpResponse):
            decided = await decided
        if decided is not None:
            return decided
    raise AssertionError("the last hop always responds or refuses")
