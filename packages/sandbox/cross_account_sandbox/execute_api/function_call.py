"""A function call by a REST or HTTP API: target, caller, permission and timeout.

The caller, by the `credentials` of the integration or authorizer:
- none: the service principal apigateway.amazonaws.com with aws:SourceArn and aws:SourceAccount; only the policy of the
qualifier in the URI applies.
- a role in the API's account: its session, subject to its identity policies and, across accounts, the function's
policy.
- `arn:aws:iam::*:user/*`: the request's own signed caller.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Any

from aws_rules.arns import FunctionArn
from aws_rules.iam.gateway_invocation import CALLER_PASSED_ON
from aws_rules.iam.request import AccessRequest, ContextValue, Principal
from aws_rules.iam.request_keys import request_keys
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.organizations import membership
from cross_account_sandbox.events import FunctionEnded
from cross_account_sandbox.execute_api.base import BaseExchange
from cross_account_sandbox.execute_api.integration_credentials import SERVICE, caller_of
from cross_account_sandbox.functions.function_run import run_of
from cross_account_sandbox.functions.invocation import InvocationResult
from cross_account_sandbox.functions.invoke_permission import decide
from cross_account_sandbox.functions.store import Function, FunctionVersion
from cross_account_sandbox.trace import Outcome

_API_GATEWAY = Principal.of_service(SERVICE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """The resolved function that a URI names."""

    arn: FunctionArn
    function: Function
    version: FunctionVersion


class NotPermittedError(Exception):
    """Lambda refuses the call, also if the function does not exist. `why` and `evidence` are for the trace."""

    def __init__(self, why: str, **evidence: Any) -> None:
        super().__init__(why)
        self.why = why
        self.evidence = evidence


def permitted(
    exchange: BaseExchange[Any, Any], arn: FunctionArn, *, source: str, credentials: str | None, hop: str
) -> Target:
    """Return the function if the caller is allowed to invoke it with that qualifier.

    Raises NotPermittedError, and Refusal if API Gateway cannot assume the role in `credentials`.
    """
    function = exchange.world.functions(arn.account, arn.region).functions.get(arn.name)
    version = function.running(arn.qualifier) if function else None
    if function is None or version is None:
        missing = f"{arn.unqualified} has no version or alias {arn.qualifier!r}"
        why = missing if function else f"{arn} does not exist"
        raise NotPermittedError(why, function=str(arn), sourceArn=source)
    context: dict[str, ContextValue] = dict(request_keys(arn.region, at=utc_now()))
    if credentials:
        principal, identity = caller_of(exchange, credentials, hop=hop)
        origin = {}
        if credentials.endswith(CALLER_PASSED_ON):
            # Unconfirmed: the value of aws:ViaAWSService if API Gateway passes on the caller's credentials, so it is
            # not set. Reason: no AWS page says whether that counts as a service calling on the caller's behalf.
            del context["aws:ViaAWSService"]
    else:
        principal, identity = _API_GATEWAY, None
        context |= {"aws:SourceArn": source, "aws:SourceAccount": exchange.api.account}
        context |= _source_organization(exchange.api.account)
        origin = {"sourceArn": source, "sourceAccount": exchange.api.account}
    decision = decide(
        function=function,
        qualifier=arn.qualifier,
        request=AccessRequest(principal=principal, action="lambda:InvokeFunction", resource=str(arn), context=context),
        identity=identity,
    )
    shown = {"function": str(arn), "qualifier": arn.qualifier, "principal": str(principal)}
    evidence = {**shown, **origin, **decision.evidence, "documents": decision.documents}
    if not decision.allowed:
        why = f"{principal} is not allowed to invoke {arn}: {decision.reason}"
        raise NotPermittedError(why, **evidence)
    where = _place(function, arn.qualifier)
    tail = f", SourceArn {source}" if origin else ""
    summary = f"{principal} is allowed to invoke {arn.name} ({where} in {arn.account}): {decision.reason}{tail}"
    exchange.trace.add(hop, Outcome.ALLOWED, summary, **evidence)
    return Target(arn=arn, function=function, version=version)


def _source_organization(account: str) -> dict[str, ContextValue]:
    """Return aws:SourceOrgID and aws:SourceOrgPaths, which accompany aws:SourceAccount (IAM user guide)."""
    # Unconfirmed: that API Gateway sends aws:SourceOrgID and aws:SourceOrgPaths when it calls Lambda. Reason: the IAM
    # user guide says so for services that send aws:SourceAccount; the API Gateway developer guide does not.
    member = membership(account)
    return {"aws:SourceOrgID": member.organization, "aws:SourceOrgPaths": [member.path]} if member else {}


def _place(function: Function, qualifier: str | None) -> str:
    if qualifier is None:
        return "the unqualified function"
    return f"alias {qualifier}" if qualifier in function.aliases else f"version {qualifier}"


async def run(
    exchange: BaseExchange[Any, Any], target: Target, payload: bytes, *, timeout_ms: int, trace_header: str
) -> tuple[InvocationResult | None, int]:
    """Return the function's result and its duration in ms; None if it took longer than `timeout_ms`."""
    started = time.perf_counter()
    task = start(exchange, target, payload, trace_header=trace_header)
    done, _ = await asyncio.wait((task,), timeout=timeout_ms / 1000)
    latency_ms = int((time.perf_counter() - started) * 1000)
    return (task.result() if done else None), latency_ms


def start(
    exchange: BaseExchange[Any, Any],
    target: Target,
    payload: bytes,
    *,
    trace_header: str,
    request_id: str | None = None,
) -> asyncio.Future[InvocationResult]:
    """Start the function. It runs to completion even if no caller waits for it."""
    task = asyncio.ensure_future(
        exchange.world.invoker.invoke(
            target.function,
            target.version,
            payload,
            invoked_arn=str(target.arn),
            trace_header=trace_header,
            request_id=request_id,
        )
    )

    def ended(task: asyncio.Future[InvocationResult]) -> None:
        if not task.cancelled() and task.exception() is None:
            _note(exchange, target, payload, task.result())

    # The callback added first is called first, so the trace has the run before the waiting caller continues.
    task.add_done_callback(ended)
    return task


def _note(exchange: BaseExchange[Any, Any], target: Target, event: bytes, result: InvocationResult) -> None:
    """Add the run to the request's trace; a run that ends after the response is reported separately."""
    run = run_of(result, target.version, function=str(target.arn), event=event)
    if run is None:
        return
    exchange.trace.runs.append(run)
    if exchange.trace.duration_ms is not None:
        exchange.world.events.publish(FunctionEnded(run=run))
