"""An invocation from the caller's point of view: its outcome, its result, and the Invoker that runs it."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from cross_account_sandbox.functions.store import Function, FunctionVersion

#: The maximum event size of a synchronous invocation, in bytes.
MAX_EVENT = 6 * 1024 * 1024
#: The maximum event size of an asynchronous invocation, in bytes (botocore's model of Invoke).
MAX_ASYNCHRONOUS_EVENT = 1024 * 1024


class InvocationOutcome(StrEnum):
    """The outcome of an invocation, as the Lambda service reports it."""

    OK = "ok"
    FUNCTION_ERROR = "function-error"  # handler raised, init failed, process exited, or the function's timeout
    THROTTLED = "throttled"  # reserved or account concurrency used up: 429 TooManyRequestsException
    TOO_LARGE = "request-too-large"  # event over 6 MB: 413 RequestTooLargeException


@dataclass(frozen=True, kw_only=True, slots=True)
class InvocationResult:
    """Lambda's response: the payload (the handler's JSON or the error document) and details of the run."""

    outcome: InvocationOutcome
    payload: bytes
    request_id: str
    function_error: str | None = None  # "Unhandled" / "Handled" as X-Amz-Function-Error
    executed_version: str = ""
    log: tuple[str, ...] = ()  # the last lines of its log
    duration_ms: float = 0.0
    printed: tuple[str, ...] = ()  # the lines that the function and its runtime client wrote


def too_large(size: int, *, asynchronous: bool = False) -> str:
    """Lambda's error message for an event of this many bytes; empty if it is not too large."""
    if asynchronous and size > MAX_ASYNCHRONOUS_EVENT:
        limit = f"(limit {MAX_ASYNCHRONOUS_EVENT} bytes)"
        return f"{size} byte payload is too large for the Event invocation type {limit}"
    return (
        f"Request must be smaller than {MAX_EVENT} bytes for the InvokeFunction operation" if size > MAX_EVENT else ""
    )


class Invoker(Protocol):
    """Runs functions, as the Lambda service does once it has authorized the caller."""

    def invoke(
        self,
        function: Function,
        version: FunctionVersion,
        payload: bytes,
        *,
        invoked_arn: str,
        client_context: str | None = None,
        trace_header: str | None = None,
        request_id: str | None = None,
    ) -> Awaitable[InvocationResult]:
        """Run the handler once, as invocation `request_id` (default: a new ID). Never raises errors of the function.

        A caller that stops waiting (integration timeout) does not stop the function.
        """
        ...

    def environment_count(self, arn: str) -> int:
        """The number of environments of a function (its ARN without qualifier) with a running process."""
        ...

    def retire(self, arn: str) -> None:
        """Release the resources of a deleted function or version (its ARN); events in progress still finish."""
        ...
