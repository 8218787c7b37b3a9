"""Invoke, called through the API by a user, a role session or the sandbox's operator.

Source: Lambda API reference, Invoke.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cross_account_sandbox import json_text
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.service import Call
from cross_account_sandbox.events import FunctionEnded
from cross_account_sandbox.functions.call_permission import check_permitted
from cross_account_sandbox.functions.errors import invalid_content, not_found
from cross_account_sandbox.functions.function_run import run_of
from cross_account_sandbox.functions.invocation import InvocationOutcome, InvocationResult, too_large
from cross_account_sandbox.functions.invocation_log import tail_of
from cross_account_sandbox.functions.naming import found, reference
from cross_account_sandbox.functions.payload_text import payload_problem
from cross_account_sandbox.functions.states import check_active
from cross_account_sandbox.functions.store import LATEST, Function


async def invoke(call: Call) -> Mapping[str, Any]:
    """Invoke. RequestResponse waits; Event runs once (Lambda would retry twice); DryRun only checks permissions."""
    named = reference(call)
    function = found(call, named)
    if function is None and named.account == call.account:
        raise not_found(replace(named, qualifier=named.qualifier or LATEST).arn)
    action = "lambda:InvokeFunction"
    function = check_permitted(call, function, action=action, arn=named.arn, qualifier=named.qualifier)
    version = function.running(named.qualifier)
    if version is None:
        raise not_found(named.arn)
    kind = call.params.get("InvocationType", "RequestResponse")
    payload = _payload(call, asynchronous=kind == "Event")
    check_active(version)
    if kind == "DryRun":
        return {"StatusCode": 204}
    running = asyncio.ensure_future(
        call.world.invoker.invoke(
            function,
            version,
            payload,
            invoked_arn=named.arn,
            # API reference, Invoke: only synchronous invocations receive it.
            client_context=None if kind == "Event" else _client_context(call.params.get("ClientContext")),
            # The response's request ID identifies the function's log lines.
            request_id=call.request_id,
        )
    )

    def ended(task: asyncio.Future[InvocationResult]) -> None:
        if not task.cancelled() and task.exception() is None:
            run = run_of(task.result(), version, function=named.arn, event=payload)
            if run is not None:
                call.world.events.publish(FunctionEnded(run=run))

    running.add_done_callback(ended)
    if kind == "Event":
        return {"StatusCode": 202, "Payload": b""}
    return _answer(await running, function, with_log=call.params.get("LogType") == "Tail")


def _payload(call: Call, *, asynchronous: bool) -> bytes:
    payload = bytes(call.params.get("Payload") or b"{}")
    if message := too_large(len(payload), asynchronous=asynchronous):
        # Unconfirmed: the error code and status for an asynchronous event that is too large. Reason: reports quote only
        # the message.
        raise AwsError("RequestTooLargeException", message, 413)
    try:
        json_text.loads(payload)
    except ValueError:
        raise invalid_content(payload_problem(payload)) from None
    return payload


def _client_context(encoded: str | None) -> str | None:
    if not encoded:
        return None
    try:
        # Serialized again, because it is passed to the function in a single header line.
        return json.dumps(json_text.loads(base64.b64decode(encoded)))
    except ValueError:
        raise invalid_content("Client context must be a valid Base64-encoded JSON object.") from None


def _answer(result: InvocationResult, function: Function, *, with_log: bool) -> dict[str, Any]:
    if result.outcome is InvocationOutcome.THROTTLED:
        own = function.reserved_concurrency is not None
        reason = "ReservedFunctionConcurrentInvocationLimitExceeded" if own else "ConcurrentInvocationLimitExceeded"
        raise AwsError("TooManyRequestsException", "Rate Exceeded.", 429, Reason=reason)
    answer: dict[str, Any] = {
        "StatusCode": 200,
        "Payload": result.payload,
        "ExecutedVersion": result.executed_version,
        "FunctionError": result.function_error,
    }
    if with_log:
        answer["LogResult"] = base64.b64encode(tail_of(result.log).encode()).decode()
    return answer
