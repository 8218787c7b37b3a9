"""TestInvokeAuthorizer: call an authorizer of the API being edited, without the cache or any authorization.

API Gateway calls with the stage name `ESTestInvoke-stage` and the method GET of the root, as recorded on AWS. Source:
API Gateway API reference, TestInvokeAuthorizer (clientStatus is 0 if the authorizer succeeded). The contents of
`authorization` are not documented; it is omitted.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.apigateway.model.definition import Authorizer, Method
from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.execute_api import execution_log, gateway_responses
from cross_account_sandbox.execute_api.authorization import lambda_authorizer
from cross_account_sandbox.execute_api.refusal import Refusal
from cross_account_sandbox.execute_api.trial_method import log_of, trial_exchange
from cross_account_sandbox.world import World

_STAGE = "ESTestInvoke-stage"


async def try_authorizer(
    world: World, api: RestApi, authorizer: Authorizer, params: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the output members of TestInvokeAuthorizer; `params` are botocore's input members."""
    root = api.definition.resources[api.root_resource_id]
    target = str(params.get("pathWithQueryString") or "/")
    exchange = trial_exchange(world, api, root, "GET", target, params, stage_name=_STAGE)
    exchange.method = Method(http_method="GET", authorization_type="CUSTOM", authorizer_id=authorizer.id)
    world.traces.keep(exchange.trace)
    started = time.perf_counter()
    answer: dict[str, Any] = {"clientStatus": 0}
    failure: tuple[str, ...] = ()
    try:
        verdict = await lambda_authorizer.ask(exchange, authorizer)
    except Refusal as refusal:
        refusal.add_to(exchange.trace)
        exchange.refusal = refusal
        failure = refusal.log
        answer["clientStatus"] = gateway_responses.render(exchange, refusal).status
    else:
        exchange.authorizer = {**verdict.context, "principalId": verdict.principal_id}
        answer |= {"principalId": verdict.principal_id, "policy": json.dumps(verdict.policy)}
    latency_ms = int((time.perf_counter() - started) * 1000)
    world.traces.finish(exchange.trace, answer["clientStatus"])
    texts = [*(text for _, text in execution_log.authorizer_lines(exchange)), *failure]
    return answer | {"log": log_of(exchange, texts), "latency": latency_ms}
