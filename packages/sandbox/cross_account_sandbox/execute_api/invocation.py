"""A function call by a REST API: target, caller (aws:SourceArn) and response.

aws:SourceArn is `arn:{partition}:execute-api:{FUNCTION region}:{API account}:{api}/{stage}/{METHOD}{resource path}`:
the method as defined (an ANY method sends `ANY`) and the resource's path with its `{names}`, as AWS execution logs show
in X-Amz-Source-Arn (docs/decisions/0009).
"""

from __future__ import annotations

from typing import Any

from aws_rules.arns import ArnError, FunctionArn, InvokeUri
from cross_account_sandbox.execute_api import ids
from cross_account_sandbox.execute_api.exchange import BackendCall, Exchange
from cross_account_sandbox.execute_api.function_call import NotPermittedError, Target, permitted, run, start
from cross_account_sandbox.execute_api.integration_credentials import INVALID_PERMISSIONS
from cross_account_sandbox.execute_api.refusal import (
    API_CONFIGURATION_ERROR,
    INTEGRATION_FAILURE,
    INTEGRATION_TIMEOUT,
    INTERNAL_SERVER_ERROR,
    Kind,
    Refusal,
    configuration_error,
)
from cross_account_sandbox.execute_api.stage_variables import names_foreign_function, substituted
from cross_account_sandbox.functions.invocation import MAX_EVENT, InvocationOutcome, InvocationResult, too_large
from cross_account_sandbox.functions.states import PENDING
from cross_account_sandbox.trace import Outcome

_TOO_LONG = Kind("REQUEST_TOO_LARGE", 413, "BadRequestException")
_LONGEST_RESULT = 6_291_556
_RESULT_TOO_LARGE = f"Response payload size exceeded maximum allowed payload size ({_LONGEST_RESULT} bytes)"


def parse_uri(exchange: Exchange, uri: str | None, *, hop: str) -> FunctionArn:
    """Parse the function from an integration or authorizer URI, after filling in stage variables."""
    text = substituted(uri or "", exchange.stage.variables)
    try:
        parsed = InvokeUri.parse(text)
    except ArnError as problem:
        raise configuration_error(why=str(problem), hop=hop, detail="Invalid endpoint address", uri=text) from None
    if parsed.region != parsed.function.region:
        detail = f"Functions from '{parsed.function.region}' are not reachable in this region ('{parsed.region}')"
        raise configuration_error(
            why=f"The URI calls {parsed.region} for a function in {parsed.function.region}: {text}",
            hop=hop,
            detail=detail,
            uri=text,
        )
    if names_foreign_function(uri or "", account=parsed.function.account, api_account=exchange.api.account):
        why = f"Stage variables can only name functions in the API's own account: {uri} is in {parsed.function.account}"
        raise configuration_error(why=why, hop=hop, detail="Invalid endpoint address", uri=uri)
    return parsed.function


def source_arn(exchange: Exchange, *, function_region: str, tail: str | None = None) -> str:
    """Return aws:SourceArn of a call for this request; `tail` replaces stage, method and path (authorizers)."""
    if tail is None:
        resource, method = exchange.resource, exchange.method
        # A test of an ANY method is sent with the tested verb (developer guide, log of the tutorial "Build an API
        # Gateway REST API with Lambda non-proxy integration").
        # Unconfirmed: that a function's policy which lists the verbs of an ANY method one by one refuses API Gateway.
        # Reason: reports show that the source ARN of a deployed ANY method does not contain the request's verb, but no
        # AWS page does.
        verb = method.http_method if method and not exchange.test_invoke else exchange.verb
        path = resource.path if resource else "/"
        tail = f"{exchange.stage.name}/{verb}{path}"
    return f"arn:{exchange.partition}:execute-api:{function_region}:{exchange.api.account}:{exchange.api.id}/{tail}"


async def invoke(
    exchange: Exchange,
    uri: str | None,
    payload: bytes,
    *,
    credentials: str | None,
    timeout_ms: int,
    call: BackendCall,
    hop: str = "permission",
    tail: str | None = None,
) -> InvocationResult:
    """Call the function if the caller is allowed to. Raises Refusal for every failure except the function's error."""
    target = _target(exchange, uri, credentials=credentials, call=call, hop=hop, tail=tail)
    arn = target.arn
    result, call.latency_ms = await run(
        exchange, target, payload, timeout_ms=timeout_ms, trace_header=_trace_header(exchange)
    )
    if result is None:
        why = f"{arn} did not answer within {timeout_ms} ms"
        raise timed_out(why=why, hop=_function_hop(hop), timeoutMs=timeout_ms)
    call.request_id = result.request_id
    _check_service(result, arn, call, hop=_function_hop(hop))
    return result


def invoke_event(
    exchange: Exchange, uri: str | None, payload: bytes, *, credentials: str | None, call: BackendCall
) -> str:
    """Start the function asynchronously (Lambda returns 202) if the caller is allowed to.

    Returns the invocation's ID.
    """
    target = _target(exchange, uri, credentials=credentials, call=call, hop="permission", tail=None)
    if message := too_large(len(payload), asynchronous=True):
        call.request_id = ids.request_id()
        raise _too_long(target.arn, call, message, hop="function")
    call.request_id, call.status, call.latency_ms = ids.request_id(), 202, 0
    start(exchange, target, payload, trace_header=_trace_header(exchange), request_id=call.request_id)
    why = f"{target.arn} was started without waiting for its result (invocation type Event)"
    exchange.trace.add("function", Outcome.PASSED, why, requestId=call.request_id)
    return call.request_id


def _target(
    exchange: Exchange, uri: str | None, *, credentials: str | None, call: BackendCall, hop: str, tail: str | None
) -> Target:
    """Return the URI's function if the caller is allowed to invoke it; describe the call in `call`."""
    arn = parse_uri(exchange, uri, hop=hop)
    call.uri = f"https://lambda.{arn.region}.amazonaws.com/2015-03-31/functions/{arn}/invocations"
    source = source_arn(exchange, function_region=arn.region, tail=tail)
    if exchange.wants_data_trace:
        call.headers = _headers_shown(exchange, source)
    target = _permitted(exchange, arn, source=source, credentials=credentials, hop=hop)
    if target.version.state == "Pending":
        call.request_id = ids.request_id()
        why = f"{arn} is still being created (Pending): 409 ResourceConflictException"
        raise _refused(arn, call, status=409, error=PENDING, hop=_function_hop(hop), why=why)
    return target


def _trace_header(exchange: Exchange) -> str:
    return f"{exchange.trace_root};Sampled={'1' if exchange.stage.tracing else '0'}"


def _headers_shown(exchange: Exchange, source: str) -> dict[str, str]:
    """Return the headers of API Gateway's call to the Lambda service, as its log shows them."""
    return {
        "x-amzn-lambda-integration-tag": exchange.request_id,
        "X-Amz-Source-Arn": source,
        "x-amzn-apigateway-api-id": exchange.api.id,
        "Accept": "application/json",
        "User-Agent": f"AmazonAPIGateway_{exchange.api.id}",
        "X-Amzn-Trace-Id": exchange.trace_root,
        "Content-Type": "application/json",
    }


def _function_hop(hop: str) -> str:
    return "function" if hop == "permission" else hop


def customer_error_line(message: str, request_id: str) -> str:
    """Return the execution log's line for a failed function."""
    what = f"Lambda execution failed with status 200 due to customer function error: {message}"
    return f"{what}. Lambda request id: {request_id}"


def timed_out(*, why: str, hop: str, **evidence: Any) -> Refusal:
    """504: the backend exceeded the integration's timeout."""
    return Refusal(
        INTEGRATION_TIMEOUT,
        "Endpoint request timed out",
        hop=hop,
        why=why,
        denied=False,
        log=("Execution failed due to a timeout error",),
        **evidence,
    )


def _check_service(result: InvocationResult, arn: FunctionArn, call: BackendCall, *, hop: str) -> None:
    """Check what the Lambda service itself refuses; its status is the access log's integrationStatus."""
    call.status = 200
    if result.outcome is InvocationOutcome.THROTTLED:
        why = f"Lambda throttled the call of {arn}: 429 TooManyRequestsException"
        raise _refused(arn, call, status=429, error="Rate Exceeded.", hop=hop, why=why)
    if result.outcome is InvocationOutcome.TOO_LARGE:
        raise _too_long(arn, call, too_large(MAX_EVENT + 1), hop=hop)
    if len(result.payload) > _LONGEST_RESULT:
        raise Refusal(
            API_CONFIGURATION_ERROR,
            INTERNAL_SERVER_ERROR,
            hop=hop,
            why=f"The result of {arn} has {len(result.payload)} bytes; Lambda returns at most {_LONGEST_RESULT}",
            status=502,
            denied=False,
            log=(customer_error_line(_RESULT_TOO_LARGE, result.request_id),),
            function=str(arn),
        )


def _too_long(arn: FunctionArn, call: BackendCall, error: str, *, hop: str) -> Refusal:
    """413: the event is larger than Lambda accepts."""
    # Unconfirmed: the log line for an event that is larger than Lambda accepts. Reason: only the response is reported.
    call.status, call.error = 413, error
    return Refusal(
        _TOO_LONG,
        "Request Too Long",
        hop=hop,
        why=f"The event for {arn} is larger than Lambda accepts: 413 RequestTooLargeException",
        denied=False,
        body=("application/json", '{"message": "Request Too Long"}'),
        log=(f"Lambda invocation failed with status: 413. Lambda request id: {call.request_id}",),
        function=str(arn),
    )


def _refused(arn: FunctionArn, call: BackendCall, *, status: int, error: str, hop: str, why: str) -> Refusal:
    """500: the Lambda service returned an error, which the client does not see."""
    # 500 and the type INTEGRATION_FAILURE, whose documented status is 504: re:Post QUfI6bsdd0SOiPeyimzxSkfQ.
    # Unconfirmed: the log line for a call that Lambda throttles. Reason: the reports give only status and type.
    call.status, call.error = status, error
    return Refusal(
        INTEGRATION_FAILURE,
        INTERNAL_SERVER_ERROR,
        hop=hop,
        why=why,
        status=500,
        denied=False,
        log=(f"Lambda invocation failed with status: {status}. Lambda request id: {call.request_id}",),
        function=str(arn),
    )


def _permitted(exchange: Exchange, arn: FunctionArn, *, source: str, credentials: str | None, hop: str) -> Target:
    role = substituted(credentials, exchange.stage.variables) if credentials else None
    try:
        return permitted(exchange, arn, source=source, credentials=role, hop=hop)
    except NotPermittedError as denial:
        raise Refusal(
            API_CONFIGURATION_ERROR,
            INTERNAL_SERVER_ERROR,
            hop=hop,
            why=denial.why,
            log=(INVALID_PERMISSIONS,),
            **denial.evidence,
        ) from None
