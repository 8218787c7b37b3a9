"""AWS: call a function with the request template's output and map its result. Other services are refused.

Source: API Gateway developer guide, "Set up Lambda custom integrations in API Gateway", "Set up asynchronous
invocation of the backend Lambda function" and "Handle custom Lambda errors": the selection pattern is compared with
the error's `errorMessage`. A success always uses the default response, regardless of the patterns (recorded on AWS).
"""

from __future__ import annotations

from cross_account_sandbox.apigateway.model.definition import Integration
from cross_account_sandbox.execute_api.exchange import BackendCall, Exchange
from cross_account_sandbox.execute_api.integrations.aws_proxy import error_message
from cross_account_sandbox.execute_api.integrations.custom import integration_request, method_response
from cross_account_sandbox.execute_api.invocation import invoke, invoke_event
from cross_account_sandbox.execute_api.refusal import Unsupported
from cross_account_sandbox.functions.invocation import InvocationOutcome
from cross_account_sandbox.http import HttpResponse
from cross_account_sandbox.trace import Outcome


async def run(exchange: Exchange, integration: Integration) -> HttpResponse:
    """Call the function and map its result; the message of a function's error selects the integration response."""
    uri = integration.uri or ""
    if ":lambda:path/" not in uri:
        raise Unsupported(what=f"AWS integrations with services other than Lambda: {uri}", hop="integration", uri=uri)
    parameters, payload = await integration_request(exchange, integration)
    kind = parameters.header_value("X-Amz-Invocation-Type", "RequestResponse")
    if kind not in ("RequestResponse", "Event"):
        raise Unsupported(what=f"the invocation type {kind} of AWS integrations", hop="integration", uri=uri)
    call = BackendCall(body=payload.decode("utf-8", "replace") if exchange.wants_data_trace else "")
    exchange.calls.append(call)
    if kind == "Event":
        request_id = invoke_event(exchange, uri, payload or b"{}", credentials=integration.credentials, call=call)
        return await _answer(exchange, integration, call, error=None, request_id=request_id, body=b"")
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
    error = message if failed else None
    return await _answer(exchange, integration, call, error=error, request_id=result.request_id, body=result.payload)


async def _answer(
    exchange: Exchange, integration: Integration, call: BackendCall, *, error: str | None, request_id: str, body: bytes
) -> HttpResponse:
    headers = [("Content-Type", "application/json"), ("x-amzn-RequestId", request_id)]
    if exchange.wants_data_trace:
        call.response_headers, call.response_body = dict(headers), body.decode("utf-8", "replace")
    return await method_response(exchange, integration, selector=error, status=200, headers=headers, body=body)
