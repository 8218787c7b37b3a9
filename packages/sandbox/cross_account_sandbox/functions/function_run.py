"""An invocation's result for the trace and the terminal."""

from __future__ import annotations

from typing import Any

from cross_account_sandbox import json_text
from cross_account_sandbox.functions.invocation import InvocationOutcome, InvocationResult
from cross_account_sandbox.functions.store import FunctionVersion
from cross_account_sandbox.trace import FunctionRun, shortened


def run_of(result: InvocationResult, version: FunctionVersion, *, function: str, event: bytes) -> FunctionRun | None:
    """The run behind a result; None if Lambda rejected the event and nothing ran."""
    if result.outcome not in (InvocationOutcome.OK, InvocationOutcome.FUNCTION_ERROR):
        return None
    return FunctionRun(
        function=function,
        request_id=result.request_id,
        folder=version.source_dir or version.code_dir,
        duration_ms=result.duration_ms,
        printed=result.printed,
        event=shortened(event),
        result=shortened(result.payload),
        error=_document(result.payload) if result.outcome is InvocationOutcome.FUNCTION_ERROR else None,
    )


def _document(payload: bytes) -> dict[str, Any]:
    try:
        document = json_text.loads(payload)
    except ValueError:
        document = None
    return document if isinstance(document, dict) else {"errorMessage": payload.decode("utf-8", "replace")}
