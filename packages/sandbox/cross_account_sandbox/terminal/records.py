"""Formats events as JSON objects: `--log-format json` prints one per line. Pure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cross_account_sandbox.clock import timestamp
from cross_account_sandbox.events import (
    CodeReloaded,
    DeploymentChanged,
    Event,
    FunctionEnded,
    RequestAnswered,
    ResourceChanged,
    SandboxFailed,
)
from cross_account_sandbox.terminal.decision import succeeded, who_decided
from cross_account_sandbox.terminal.output import failure, printed
from cross_account_sandbox.trace import FunctionRun, Trace


def record_of(event: Event, *, at: float, here: Path) -> dict[str, Any]:
    """The object for an event that occurred at this time."""
    match event:
        case RequestAnswered():
            return record("request", at, **_request(event.trace, here))
        case FunctionEnded():
            return record("function", at, **_run(event.run, here))
        case CodeReloaded():
            return record("reload", at, function=event.function, folder=event.folder)
        case ResourceChanged():
            return record(
                "change",
                at,
                service=event.service,
                operation=event.operation,
                account=event.account,
                region=event.region,
                target=event.target,
            )
        case DeploymentChanged():
            return {"event": "deployment", **event.deployment.as_json(), "time": timestamp(at)}
        case SandboxFailed():
            return record("failure", at, request=event.request, traceback=event.traceback)


def record(kind: str, at: float, **members: Any) -> dict[str, Any]:
    """An object that starts with its kind and time (UTC, ISO 8601)."""
    return {"event": kind, "time": timestamp(at), **members}


def _request(trace: Trace, here: Path) -> dict[str, Any]:
    method, _, target = trace.request.partition(" ")
    return {
        "requestId": trace.request_id,
        "apiId": trace.api_id,
        "stage": trace.stage,
        "method": method,
        "path": target,
        "status": trace.status,
        "durationMs": None if trace.duration_ms is None else round(trace.duration_ms, 3),
        "decidedBy": None if succeeded(trace) else who_decided(trace),
        "functions": [_run(run, here) for run in trace.runs],
    }


def _run(run: FunctionRun, here: Path) -> dict[str, Any]:
    return {
        "function": run.function,
        "functionRequestId": run.request_id,
        "functionDurationMs": round(run.duration_ms, 3),
        "printed": printed(run),
        "error": failure(run, here),
    }
