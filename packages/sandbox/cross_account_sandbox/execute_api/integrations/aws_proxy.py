"""AWS_PROXY: send the whole request to a function as an event; the function returns the whole response."""

from __future__ import annotations

from cross_account_sandbox import json_text
from cross_account_sandbox.apigateway.model.definition import Integration
from cross_account_sandbox.execute_api import proxy_response
from cross_account_sandbox.execute_api.answer_headers import remapped
from cross_account_sandbox.execute_api.exchange import BackendCall, Exchange
from cross_account_sandbox.execute_api.integration_credentials import INVALID_PERMISSIONS
from cross_account_sandbox.execute_api.invocation import customer_error_line, invoke
from cross_account_sandbox.execute_api.parameter_mapping import request_parameters
from cross_account_sandbox.execute_api.proxy_event import event_bytes, proxy_event
from cross_account_sandbox.execute_api.refusal import (
    API_CONFIGURATION_ERROR,
    INTEGRATION_FAILURE,
    INTERNAL_SERVER_ERROR,
    Refusal,
    Unsupported,
)
from cross_account_sandbox.functions.invocation import InvocationOutcome, InvocationResult
from cross_account_sandbox.http import HttpResponse
from cross_account_sandbox.trace import Outcome


async def run(exchange: Exchange, integration: Integration) -> HttpResponse:
    """Call the function and turn its result into the response."""
    uri = integration.uri or ""
    if "/response-streaming-invocations" in uri:
        raise Unsupported(what="response streaming (transfer mode STREAM)", hop="integration", uri=uri)
    if ":lambda:path/" not in uri and "${" not in uri:
        raise Unsupported(
            what=f"AWS_PROXY integrations with services other than Lambda: {uri}", hop="integration", uri=uri
        )
    if integration.http_method != "POST":
        # Recorded on AWS: 500, although the documented status of INTEGRATION_FAILURE is 504.
        raise Refusal(
            INTEGRATION_FAILURE,
            INTERNAL_SERVER_ERROR,
            hop="integration",
            why=f"Lambda must be invoked with POST; the integration's HTTP method is {integration.http_method}",
            status=500,
            denied=False,
            log=(INVALID_PERMISSIONS,),
        )
    # Mappings do not change a proxy event, but a forbidden mapping is refused here too (recorded on AWS).
    request_parameters(exchange, integration).check_headers(integration.type)
    payload = event_bytes(proxy_event(exchange))
    call = BackendCall(body=payload.decode("utf-8", "replace") if exchange.wants_data_trace else "")
    exchange.calls.append(call)
    result = await invoke(
        exchange,
        uri,
        payload,
        credentials=integration.credentials,
        timeout_ms=integration.timeout_ms,
        call=call,
    )
    return _response(exchange, call, result)


def _response(exchange: Exchange, call: BackendCall, result: InvocationResult) -> HttpResponse:
    function = call.uri.partition("/functions/")[2].removesuffix("/invocations")
    if exchange.wants_data_trace:
        call.response_body = result.payload.decode("utf-8", "replace")
        call.response_headers = {"Content-Type": "application/json", "x-amzn-RequestId": result.request_id}
    if result.outcome is not InvocationOutcome.OK:
        raise function_failed(result, function, call)
    exchange.trace.add(
        "function",
        Outcome.PASSED,
        f"{function} answered in {result.duration_ms:.0f} ms",
        function=function,
        requestId=result.request_id,
        version=result.executed_version,
        durationMs=round(result.duration_ms, 3),
    )
    parsed = proxy_response.parse(result.payload, function_arn=function)
    call.function_status = parsed.status
    binary = exchange.snapshot.binary.accepted(exchange.header("accept"))
    try:
        body = proxy_response.decoded(parsed, binary=binary)
    except ValueError as problem:
        raise proxy_response.malformed(str(problem), function_arn=function) from None
    headers = remapped(parsed.headers, "AWS_PROXY")
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    return HttpResponse(status=parsed.status, headers=headers, body=body)


def function_failed(result: InvocationResult, function: str, call: BackendCall, *, hop: str = "function") -> Refusal:
    """502: the handler raised an error, its process ended, or the function timed out."""
    message = error_message(result)
    call.error = message
    return Refusal(
        API_CONFIGURATION_ERROR,
        INTERNAL_SERVER_ERROR,
        hop=hop,
        why=f"{function} failed: {message}",
        status=502,
        denied=False,
        log=(customer_error_line(message, result.request_id),),
        function=function,
        requestId=result.request_id,
        functionError=result.function_error,
        answer=result.payload[:512].decode("utf-8", "replace"),
    )


def error_message(result: InvocationResult) -> str:
    """Return the `errorMessage` of a failed invocation, or the whole payload."""
    try:
        document = json_text.loads(result.payload)
    except ValueError:
        document = None
    if isinstance(document, dict) and "errorMessage" in document:
        return str(document["errorMessage"])
    return result.payload[:512].decode("utf-8", "replace")
