"""AWS: a function called with the request template's text, its answer mapped. Other services are refused.

Source: API Gateway developer guide, "Set up Lambda custom integrations in API Gateway" and "Lambda custom
errors": the selection pattern is compared with the error's `errorMessage`.
"""

from __future__ import annotations

from cross_account_sandbox.apigateway.model.definition import Integration
from cross_account_sandbox.execute_api.exchange import BackendCall, Exchange
from cross_account_sandbox.execute_api.integrations.aws_proxy import error_message
from cross_account_sandbox.execute_api.integrations.custom import method_response, request_payload
from cross_account_sandbox.execute_api.invocation import invoke
from cross_account_sandbox.execute_api.parameter_mapping import request_parameters
from cross_account_sandbox.execute_api.refusal import Unsupported
from cross_account_sandbox.functions.invocation import InvocationOutcome
from cross_account_sandbox.http import HttpResponse
from cross_account_sandbox.trace import Outcome


async def run(exchange: Exchange, integration: Integration) -> HttpResponse:
    """Call the function and map its answer; a function's error chooses its integration response by message."""
    uri = integration.uri or ""
    if ":lambda:path/" not in uri:
        raise Unsupported(what=f"AWS integrations with other services than Lambda: {uri}", hop="integration", uri=uri)
    parameters = request_parameters(exchange, integration.request_parameters)
    kind = parameters.header.get("X-Amz-Invocation-Type", "RequestResponse")
    if kind != "RequestResponse":
        raise Unsupported(what=f"the invocation type {kind} of AWS integrations", hop="integration", uri=uri)
    payload = request_payload(exchange, integration)
    call = BackendCall(body=payload.decode("utf-8", "replace") if exchange.wants_data_trace else "")
    exchange.calls.append(call)
    result = await invoke(
        exchange,
        uri,
        payload or b"{}",
        credentials=integration.credentials,
        timeout_ms=integration.timeout_ms,
        call=call,
    )
    failed = result.outcome is not InvocationOutcome.OK
    message = error_message(result) if failed else ""
    call.error = message or None
    exchange.trace.add(
        "function",
        Outcome.PASSED,
        f"The function failed: {message}" if failed else f"The function answered in {result.duration_ms:.0f} ms",
        requestId=result.request_id,
        functionError=result.function_error,
    )
    return method_response(
        exchange,
        integration,
        selector=message if failed else "200",
        status=200,
        headers=[("Content-Type", "application/json"), ("x-amzn-RequestId", result.request_id)],
        body=result.payload,
    )
