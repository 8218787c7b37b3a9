"""A function call by an HTTP API: caller, permission and response.

Without credentials API Gateway calls as apigateway.amazonaws.com, with aws:SourceArn `…:{api}/{stage}/{METHOD}{route
path}` (`…/{stage}/$default` for the $default route; the path keeps its `{names}`), in the FUNCTION's Region, and
aws:SourceAccount. Source: API Gateway developer guide, "Troubleshooting issues with HTTP API Lambda integrations" and
"arn-format-reference".
"""

# Unconfirmed: that the aws:SourceArn of an ANY route contains `ANY`. Reason: the guide's examples name a method.

from __future__ import annotations

from aws_rules.arns import FunctionArn
from cross_account_sandbox.execute_api.function_call import NotPermittedError, Target, permitted, run
from cross_account_sandbox.execute_api.http_api.exchange import HttpExchange
from cross_account_sandbox.execute_api.http_api.refusal import NO_PERMISSION, HttpRefusal, failed, unavailable
from cross_account_sandbox.execute_api.refusal import Refusal
from cross_account_sandbox.functions.invocation import InvocationOutcome, InvocationResult


def route_tail(exchange: HttpExchange) -> str:
    """Return what follows the API's ID in aws:SourceArn for this request's route."""
    key = exchange.route.route_key if exchange.route else "$default"
    method, _, path = key.partition(" ")
    return f"{exchange.stage.stage_name}/{method}{path}"


async def invoke(
    exchange: HttpExchange,
    arn: FunctionArn,
    payload: bytes,
    *,
    tail: str,
    credentials: str | None,
    timeout_ms: int,
    hop: str = "permission",
) -> InvocationResult:
    """Call the function if the caller is allowed to.

    Raises HttpRefusal for every failure except the function's error.
    """
    source = exchange.arn(tail, region=arn.region)
    target = _permitted(exchange, arn, source=source, credentials=credentials, hop=hop)
    after = "function" if hop == "permission" else hop
    if target.version.state == "Pending":
        exchange.integration["integrationStatus"] = 409
        raise failed(hop=after, why=f"{arn} is still being created (Pending): 409 ResourceConflictException")
    result, latency_ms = await run(
        exchange, target, payload, timeout_ms=timeout_ms, trace_header=f"{exchange.trace_root};Sampled=0"
    )
    if result is None:
        why = f"{arn} did not answer within {timeout_ms} ms"
        raise unavailable(hop=after, why=why, timeoutMs=timeout_ms)
    exchange.integration |= {"latency": latency_ms, "requestId": result.request_id, "integrationStatus": 200}
    if result.outcome is InvocationOutcome.THROTTLED:
        exchange.integration["integrationStatus"] = 429
        raise failed(hop=after, why=f"Lambda throttled the call of {arn}: 429 TooManyRequestsException")
    if result.outcome is InvocationOutcome.TOO_LARGE:
        exchange.integration["integrationStatus"] = 413
        message = "Request Entity Too Large"
        why = f"The event for {arn} is larger than Lambda accepts: 413 RequestTooLargeException"
        raise HttpRefusal(413, message, hop=after, why=why, denied=False, integration_error=message)
    return result


def _permitted(exchange: HttpExchange, arn: FunctionArn, *, source: str, credentials: str | None, hop: str) -> Target:
    try:
        return permitted(exchange, arn, source=source, credentials=credentials, hop=hop)
    except (NotPermittedError, Refusal) as denial:
        raise failed(hop=hop, why=denial.why, integration_error=NO_PERMISSION, denied=True, **denial.evidence) from None
