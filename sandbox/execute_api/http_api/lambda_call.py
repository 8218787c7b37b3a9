"""A call of a function by an HTTP API: who calls, may they, and what came back.

Without credentials API Gateway calls as apigateway.amazonaws.com, with aws:SourceArn
`…:{api}/{stage}/{METHOD}{route path}` (`…/{stage}/$default` for that route; the path with its `{names}`), in the
FUNCTION's Region, and aws:SourceAccount. Source: API Gateway developer guide, "Troubleshooting issues with
HTTP API Lambda integrations" and "arn-format-reference"; that an ANY route sends `ANY` is unconfirmed.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from components.iam.request import AccessRequest, Principal
from sandbox.execute_api.http_api.refusal import NO_PERMISSION, HttpRefusal, failed, unavailable
from sandbox.execute_api.integration_credentials import SERVICE, caller_of
from sandbox.execute_api.refusal import Refusal
from sandbox.functions.invoke_permission import decide_invoke
from sandbox.functions.pool import InvocationOutcome, InvocationResult
from sandbox.trace import Outcome

if TYPE_CHECKING:
    from components.arns import FunctionArn
    from components.iam.evaluation import IdentityPolicies
    from sandbox.execute_api.http_api.exchange import HttpExchange
    from sandbox.functions.store import Function, FunctionVersion

# Tasks of functions that outlived their request: AWS lets them finish, so does the sandbox.
_orphans: set[asyncio.Task[InvocationResult]] = set()


def route_tail(exchange: HttpExchange) -> str:
    """What follows the API's id in aws:SourceArn for this request's route."""
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
    """Call the function if the caller may. Raises HttpRefusal for every way this fails but the function's own error."""
    function, version = _permitted(exchange, arn, tail=tail, credentials=credentials, hop=hop)
    task = asyncio.ensure_future(
        exchange.world.pool.invoke(
            function, version, payload, invoked_arn=str(arn), trace_header=f"{exchange.trace_root};Sampled=0"
        )
    )
    started = time.perf_counter()
    done, _ = await asyncio.wait((task,), timeout=timeout_ms / 1000)
    latency_ms = int((time.perf_counter() - started) * 1000)
    after = "function" if hop == "permission" else hop
    if not done:
        _orphans.add(task)
        task.add_done_callback(_orphans.discard)
        why = f"{arn} did not answer within {timeout_ms} ms"
        raise unavailable(hop=after, why=why, timeoutMs=timeout_ms)
    result = task.result()
    exchange.integration |= {"latency": latency_ms, "requestId": result.request_id, "integrationStatus": 200}
    if result.outcome is InvocationOutcome.THROTTLED:
        exchange.integration["integrationStatus"] = 429
        raise failed(hop=after, why=f"Lambda throttled the call of {arn}: 429 TooManyRequestsException")
    if result.outcome is InvocationOutcome.TOO_LARGE:
        exchange.integration["integrationStatus"] = 413
        message = "Request Entity Too Large"
        why = f"The event for {arn} is larger than Lambda takes: 413 RequestTooLargeException"
        raise HttpRefusal(413, message, hop=after, why=why, denied=False, integration_error=message)
    return result


def _permitted(
    exchange: HttpExchange, arn: FunctionArn, *, tail: str, credentials: str | None, hop: str
) -> tuple[Function, FunctionVersion]:
    source = exchange.arn(tail, region=arn.region)
    function = exchange.world.functions(arn.account, arn.region).functions.get(arn.name)
    version = function.resolve(arn.qualifier) if function else None
    if function is None or version is None:
        missing = f"{arn} does not exist" if function is None else f"{arn.unqualified} has no {arn.qualifier!r}"
        raise failed(
            hop=hop, why=missing, integration_error=NO_PERMISSION, denied=True, function=str(arn), sourceArn=source
        )
    principal, identity, context = _caller(exchange, credentials, source=source, hop=hop)
    decision = decide_invoke(
        exchange.world,
        function=function,
        qualifier=arn.qualifier,
        request=AccessRequest(principal=principal, action="lambda:InvokeFunction", resource=str(arn), context=context),
        identity=identity,
    )
    evidence: dict[str, Any] = {
        "function": str(arn),
        "qualifier": arn.qualifier,
        "principal": str(principal),
        **({} if credentials else {"sourceArn": source, "sourceAccount": exchange.api.account}),
        **decision.evidence,
    }
    if not decision.allowed:
        why = f"{principal} may not invoke {arn}: {decision.reason}"
        raise failed(hop=hop, why=why, integration_error=NO_PERMISSION, denied=True, **evidence)
    origin = "" if credentials else f", SourceArn {source}"
    summary = f"{principal} may invoke {arn.name} in {arn.account}: {decision.reason}{origin}"
    exchange.trace.add(hop, Outcome.ALLOWED, summary, **evidence)
    return function, version


def _caller(
    exchange: HttpExchange, credentials: str | None, *, source: str, hop: str
) -> tuple[Principal, IdentityPolicies | None, dict[str, str]]:
    if not credentials:
        context = {"aws:SourceArn": source, "aws:SourceAccount": exchange.api.account}
        return Principal.of_service(SERVICE), None, context
    try:
        principal, identity = caller_of(exchange, credentials, hop=hop)
    except Refusal as refusal:
        raise failed(
            hop=hop, why=refusal.why, integration_error=NO_PERMISSION, denied=True, **refusal.evidence
        ) from None
    return principal, identity, {}
