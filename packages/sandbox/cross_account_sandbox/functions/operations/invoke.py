"""Invoke, called through the API by a user, a role session or the operator.

Source: Lambda API reference, Invoke.
"""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Mapping
from typing import Any

from aws_rules.iam.request import AccessRequest
from aws_rules.iam.request_keys import request_keys
from cross_account_sandbox import json_text
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.identities import identity_policies, principal
from cross_account_sandbox.control_plane.service import Call
from cross_account_sandbox.functions.errors import not_found
from cross_account_sandbox.functions.invocation import MAX_EVENT, InvocationOutcome, InvocationResult
from cross_account_sandbox.functions.invoke_permission import decide_invoke
from cross_account_sandbox.functions.naming import FunctionReference, existing, reference
from cross_account_sandbox.functions.store import Function

_background: set[asyncio.Task[InvocationResult]] = set()


async def invoke(call: Call) -> Mapping[str, Any]:
    """Invoke: RequestResponse waits; Event runs it once (Lambda would retry a failure twice); DryRun only decides."""
    named = reference(call)
    function = existing(call, named)
    _check_allowed(call, function, named)
    version = function.resolve(named.qualifier)
    if version is None:
        raise not_found(named.arn)
    payload = _payload(call)
    kind = call.params.get("InvocationType", "RequestResponse")
    if kind == "DryRun":
        return {"StatusCode": 204}
    running = asyncio.ensure_future(
        call.world.invoker.invoke(
            function,
            version,
            payload,
            invoked_arn=named.arn,
            client_context=_client_context(call.params.get("ClientContext")),
        )
    )
    if kind == "Event":
        _background.add(running)
        running.add_done_callback(_background.discard)
        return {"StatusCode": 202, "Payload": b""}
    return _answer(await running, function, with_log=call.params.get("LogType") == "Tail")


def _check_allowed(call: Call, function: Function, named: FunctionReference) -> None:
    decision = decide_invoke(
        function=function,
        qualifier=named.qualifier,
        request=AccessRequest(
            principal=principal(call.caller),
            action="lambda:InvokeFunction",
            resource=named.arn,
            context=request_keys(call.region, at=utc_now()),
        ),
        identity=identity_policies(call.world.roles, call.caller),
    )
    if decision.allowed:
        return
    kind = "resource" if decision.evidence.get("policy") == "resource" else "identity"
    why = (
        f"with an explicit deny in a {kind}-based policy"
        if decision.explicit_deny
        else f"because no {kind}-based policy allows the lambda:InvokeFunction action"
    )
    raise AwsError(
        "AccessDeniedException",
        f"User: {call.caller.arn} is not authorized to perform: lambda:InvokeFunction on resource: {named.arn} {why}",
        403,
    )


def _payload(call: Call) -> bytes:
    payload = bytes(call.params.get("Payload") or b"{}")
    if len(payload) > MAX_EVENT:
        raise _too_large()
    try:
        json_text.loads(payload)
    except ValueError as error:
        raise AwsError("InvalidRequestContentException", f"Could not parse request body into json: {error}") from None
    return payload


def _client_context(encoded: str | None) -> str | None:
    if not encoded:
        return None
    try:
        # Written anew: it travels to the function as one header line.
        return json.dumps(json_text.loads(base64.b64decode(encoded)))
    except ValueError:
        raise AwsError(
            "InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object."
        ) from None


def _answer(result: InvocationResult, function: Function, *, with_log: bool) -> dict[str, Any]:
    if result.outcome is InvocationOutcome.TOO_LARGE:
        raise _too_large()
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
        answer["LogResult"] = base64.b64encode(result.log_tail.encode()).decode()
    return answer


def _too_large() -> AwsError:
    message = f"Request must be smaller than {MAX_EVENT} bytes for the InvokeFunction operation"
    return AwsError("RequestTooLargeException", message, 413)
