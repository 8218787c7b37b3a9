"""The execution log of a request, derived from its record, with AWS's log lines.

Lines go to `API-Gateway-Execution-Logs_{api}/{stage}` in the API's account, only if the stage's settings enable logging
and the account's CloudWatch role is set. ERROR logs failures, INFO every step, and data trace also the payloads. A line
is at most 1,024 bytes (developer guide, "Set up CloudWatch logging for REST APIs").
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import lru_cache

from cross_account_sandbox.execute_api.exchange import BackendCall, Exchange
from cross_account_sandbox.http import HttpResponse

LONGEST = 1024
_TRUNCATED = " [TRUNCATED]"
_ERROR, _INFO, _TRACE = "ERROR", "INFO", "TRACE"


def group(api_id: str, stage: str) -> str:
    """Return the name of the log group that API Gateway creates for a stage."""
    return f"API-Gateway-Execution-Logs_{api_id}/{stage}"


@lru_cache(maxsize=256)
def stream(*parts: str) -> str:
    """Return a log stream's name: 32 hexadecimal digits, the same for the same parts."""
    return hashlib.md5("/".join(parts).encode(), usedforsecurity=False).hexdigest()


def level(exchange: Exchange) -> str:
    """Return the method's setting (OFF, ERROR or INFO), or OFF if API Gateway is not allowed to write logs."""
    if not exchange.stage.method_settings or exchange.resource is None or exchange.method is None:
        return "OFF"
    setting = exchange.stage.setting(exchange.resource.path, exchange.method.http_method)
    if setting.logging_level == "OFF":
        return "OFF"
    store = exchange.world.apigateway(exchange.api.account, exchange.api.region)
    return setting.logging_level if store.cloudwatch_role_arn else "OFF"


def prepare(exchange: Exchange) -> None:
    """Decide whether to keep payloads for the log, once the method is known."""
    if level(exchange) == "INFO" and exchange.resource is not None and exchange.method is not None:
        setting = exchange.stage.setting(exchange.resource.path, exchange.method.http_method)
        exchange.wants_data_trace = setting.data_trace


def write(exchange: Exchange, response: HttpResponse) -> None:
    """Send the request's lines to the log group."""
    wanted = level(exchange)
    if wanted == "OFF" or (wanted == "ERROR" and exchange.refusal is None):
        return
    levels = {"ERROR": (_ERROR,), "INFO": (_ERROR, _INFO)}.get(wanted, ())
    if exchange.wants_data_trace:
        levels += (_TRACE,)
    messages = [cut(f"({exchange.request_id}) {text}") for kind, text in lines(exchange, response) if kind in levels]
    if messages:
        api, stage = exchange.api, exchange.stage.name
        exchange.world.logs.write(api.account, api.region, group(api.id, stage), stream(api.id, stage), *messages)


def cut(line: str) -> str:
    """Truncate a line to 1,024 bytes of UTF-8; a lone surrogate becomes `?`."""
    encoded = line.encode("utf-8", "replace")
    if len(encoded) <= LONGEST:
        return encoded.decode()
    return encoded[: LONGEST - len(_TRUNCATED)].decode("utf-8", "ignore") + _TRUNCATED


def lines(exchange: Exchange, response: HttpResponse) -> Iterator[tuple[str, str]]:
    """Return every line with its level, in order."""
    if not exchange.test_invoke:
        yield _INFO, f"Extended Request Id: {exchange.extended_request_id}"
    yield from authorizer_lines(exchange)
    if not exchange.test_invoke and (exchange.refusal is None or exchange.refusal.hop not in _BEFORE_USAGE_PLAN):
        yield from _usage_plan(exchange)
    if not _stopped_before_execution(exchange):
        yield from _started(exchange)
        if exchange.wants_data_trace:
            yield from _request(exchange)
        for call in exchange.calls:
            yield from _call(call)
    yield from _outcome(exchange, response)


#: Hops before the usage plan is checked: a request that ends there has no usage plan line.
_BEFORE_USAGE_PLAN = frozenset({"waf", "limits", "route", "authorization"})
_BEFORE_EXECUTION = _BEFORE_USAGE_PLAN | {"api-key", "throttle"}


def _usage_plan(exchange: Exchange) -> Iterator[tuple[str, str]]:
    stage = f"{exchange.api.id}/{exchange.stage.name}"
    key = str(exchange.identity.get("apiKey") or "")
    shown = "*" * max(0, len(key) - 6) + key[-6:]
    yield _INFO, f"Verifying Usage Plan for request: {exchange.request_id}. API Key: {shown} API Stage: {stage}"
    method = exchange.method
    if method is not None and exchange.resource is not None and not method.api_key_required:
        what = f"API Key {shown} authorized because method '{method.http_method} {exchange.resource.path}'"
        yield _INFO, f"{what} does not require API Key. Request will not contribute to throttle or quota limits"
    if exchange.refusal is None or exchange.refusal.hop != "api-key":
        yield _INFO, f"Usage Plan check succeeded for API Key {shown} and API Stage {stage}"


def authorizer_lines(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Return the lines about a Lambda authorizer that was called, each with its level."""
    call = exchange.authorizer_call
    if call is None:
        return
    authorizer = exchange.method.authorizer_id if exchange.method else ""
    yield _INFO, f"Starting authorizer: {authorizer} for request: {exchange.request_id}"
    if call.latency_ms is not None:
        yield _TRACE, f"Endpoint request URI: {call.uri}"
        yield _INFO, f"Sending request to {call.uri}"
        yield _INFO, f"Received response. Status: {call.status}, Integration latency: {call.latency_ms} ms"
    if exchange.authorizer is not None:
        yield (
            _INFO,
            f"Using valid authorizer policy for principal: {_masked(str(exchange.authorizer.get('principalId')))}",
        )
        if exchange.refusal is None or exchange.refusal.hop != "authorization":
            yield _INFO, "Successfully completed authorizer execution"


def _masked(text: str) -> str:
    return "*" * max(0, len(text) - 4) + text[-4:]


def _stopped_before_execution(exchange: Exchange) -> bool:
    return exchange.refusal is not None and exchange.refusal.hop in _BEFORE_EXECUTION


def _started(exchange: Exchange) -> Iterator[tuple[str, str]]:
    resource = exchange.resource.path if exchange.resource else exchange.address.path
    yield _INFO, f"Starting execution for request: {exchange.request_id}"
    yield (
        _INFO,
        f"HTTP Method: {exchange.verb}, Resource Path: {exchange.address.path if exchange.test_invoke else resource}",
    )


def _request(exchange: Exchange) -> Iterator[tuple[str, str]]:
    yield _TRACE, f"Method request path: {java_map(exchange.path_parameters)}"
    yield (
        _TRACE,
        f"Method request query string: {java_map({name: values[-1] for name, values in exchange.query.items()})}",
    )
    yield _TRACE, f"Method request headers: {java_map(redacted(exchange.headers))}"
    yield _TRACE, f"Method request body before transformations: {exchange.body.decode('utf-8', 'replace')}"


def _call(call: BackendCall) -> Iterator[tuple[str, str]]:
    if not call.uri:
        return
    yield _TRACE, f"Endpoint request URI: {call.uri}"
    yield _TRACE, f"Endpoint request headers: {java_map(call.headers)}"
    yield _TRACE, f"Endpoint request body after transformations: {call.body}"
    yield _INFO, f"Sending request to {call.uri}"
    if call.status is not None:
        yield _INFO, f"Received response. Status: {call.status}, Integration latency: {call.latency_ms} ms"
        yield _TRACE, f"Endpoint response headers: {java_map(call.response_headers)}"
        yield _TRACE, f"Endpoint response body before transformations: {call.response_body}"


def _outcome(exchange: Exchange, response: HttpResponse) -> Iterator[tuple[str, str]]:
    refusal = exchange.refusal
    body = response.body.decode("utf-8", "replace") if exchange.wants_data_trace or exchange.test_invoke else ""
    if refusal is None:
        yield _TRACE, f"Method response body after transformations: {body}"
        yield _TRACE, f"Method response headers: {java_map(dict(response.headers))}"
        yield _INFO, "Successfully completed execution"
        yield _INFO, f"Method completed with status: {response.status}"
    else:
        for line in refusal.log:
            yield _ERROR, line
        if _stopped_before_execution(exchange) or refusal.hop == "validation":
            yield _INFO, f"Gateway response type: {refusal.kind.type} with status code: {response.status}"
            yield _TRACE, f"Gateway response body: {body}"
            yield _TRACE, f"Gateway response headers: {java_map(dict(response.headers))}"
        yield (_ERROR if refusal.log else _INFO), f"Method completed with status: {response.status}"
    for call in exchange.calls:
        if call.request_id and not exchange.test_invoke:
            yield _INFO, f"AWS Integration Endpoint RequestId : {call.request_id}"
    if exchange.stage.tracing:
        yield _INFO, f"X-ray Tracing ID : {exchange.trace_root}"


#: Values that API Gateway masks in the log; their last characters remain, to tell them apart.
_REDACTED = frozenset({"authorization", "x-api-key", "x-amz-security-token", "cookie"})


def redacted(headers: list[tuple[str, str]]) -> dict[str, str]:
    """Return headers as the log shows them: credentials are masked except for their last six characters."""
    return {
        name: "*" * max(0, len(value) - 6) + value[-6:] if name.lower() in _REDACTED and len(value) > 12 else value
        for name, value in headers
    }


def java_map(values: dict[str, str]) -> str:
    """Format a map as Java prints it: `{a=1, b=2}`."""
    return "{" + ", ".join(f"{name}={value}" for name, value in values.items()) + "}"
