"""Runs function code: environments (processes with AWS's runtime client), reused, limited and ended."""
# The interface that callers rely on; the runtime builder fills it in.

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.functions.store import Function, FunctionVersion


class InvocationOutcome(StrEnum):
    """How an invocation ended, as the Lambda service sees it."""

    OK = "ok"
    FUNCTION_ERROR = "function-error"  # handler raised, init failed, process exited, or the function's timeout
    THROTTLED = "throttled"  # reserved or account concurrency used up: 429 TooManyRequestsException
    TOO_LARGE = "request-too-large"  # event over 6 MB: 413 RequestTooLargeException


@dataclass(frozen=True, kw_only=True, slots=True)
class InvocationResult:
    """What Lambda answers: payload bytes (the handler's JSON, or the error document), and its record."""

    outcome: InvocationOutcome
    payload: bytes
    request_id: str
    function_error: str | None = None  # "Unhandled" / "Handled" as X-Amz-Function-Error
    executed_version: str = ""
    log_tail: str = ""
    duration_ms: float = 0.0


class FunctionPool:
    """All environments of all functions. One instance a sandbox, used from the server's event loop."""

    async def invoke(
        self,
        function: Function,
        version: FunctionVersion,
        payload: bytes,
        *,
        invoked_arn: str,
        client_context: str | None = None,
        trace_header: str | None = None,
    ) -> InvocationResult:
        """Run the handler once. Never raises for what the function does."""
        raise NotImplementedError

    async def prewarm(self, function: Function, version: FunctionVersion) -> None:
        """Start one environment ahead of the first request."""
        raise NotImplementedError

    async def close(self) -> None:
        """End every environment; no process is left behind."""
        raise NotImplementedError
