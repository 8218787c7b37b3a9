"""The log stream of an environment: the platform's START, END and REPORT lines, and the function's output.

Source: Lambda developer guide, "Sending Lambda function logs to CloudWatch Logs" and "Configuring JSON and plain
text log formats".
"""

from __future__ import annotations

import json
import math
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cross_account_sandbox.clock import timestamp
from cross_account_sandbox.functions.store import FunctionVersion

#: LogType=Tail returns the last 4 KB.
TAIL_BYTES = 4096
#: The part of an invocation's output that traces and the terminal show: lines, and characters per line.
_KEPT_LINES = 200
_LONGEST_LINE = 4096


@dataclass(frozen=True, kw_only=True, slots=True)
class InvocationReport:
    """The values of the REPORT line. Durations are in ms, memory in MB; `status` is success, error or timeout."""

    duration_ms: float
    memory_mb: int
    used_mb: int | None
    status: str
    error_type: str | None = None
    init_ms: float | None = None


class EnvironmentLog:
    """The log stream of one environment; `lines` are the last ones of the last invocation."""

    def __init__(self, version: FunctionVersion, write: Callable[..., None]) -> None:
        self._version = version
        self._json = version.logging.get("LogFormat") == "JSON"
        self._write = write
        self._lines: list[str] = []
        self._printed: deque[str] = deque(maxlen=_KEPT_LINES)

    @property
    def lines(self) -> tuple[str, ...]:
        """The last lines of the invocation's log: `tail_of` shows their end."""
        return tuple(self._lines)

    def output(self, line: str) -> None:
        """Log a line that the function or its runtime client wrote.

        The clients write a carriage return in place of each line break within a message.
        """
        text = line.rstrip("\r").replace("\r", "\n")
        if text:
            self._printed.append(text[:_LONGEST_LINE])
            self._emit(text if self._json else f"{text}\n")

    def take_printed(self) -> tuple[str, ...]:
        """Return the lines written since the last call, including the init phase for the first invocation."""
        printed = tuple(self._printed)
        self._printed.clear()
        return printed

    def start(self, request_id: str) -> None:
        """Log the start of an invocation."""
        self._lines.clear()
        version = self._version.version
        if self._json:
            self._platform("start", {"requestId": request_id, "version": version})
        else:
            self._emit(f"START RequestId: {request_id} Version: {version}\n")

    def problem(self, request_id: str, message: str) -> None:
        """Log why the platform ended the invocation: it timed out, or the process exited."""
        if not self._json:
            self._emit(f"{_now()} {request_id} {message}\n\n" if message.startswith("Task") else f"{message}\n")

    def end(self, request_id: str, report: InvocationReport) -> None:
        """Log the end of an invocation."""
        billed = math.ceil(report.duration_ms)
        if self._json:
            self._report_json(request_id, report, billed)
            return
        fields = [
            f"REPORT RequestId: {request_id}",
            f"Duration: {report.duration_ms:.2f} ms",
            f"Billed Duration: {billed} ms",
            f"Memory Size: {report.memory_mb} MB",
        ]
        if report.used_mb is not None:
            fields.append(f"Max Memory Used: {report.used_mb} MB")
        if report.init_ms is not None:
            fields.append(f"Init Duration: {report.init_ms:.2f} ms")
        if report.status != "success":
            fields.append(f"Status: {report.status}")
        if report.error_type:
            fields.append(f"Error Type: {report.error_type}")
        self._emit(f"END RequestId: {request_id}\n", "\t".join([*fields, "\n"]))

    def _report_json(self, request_id: str, report: InvocationReport, billed: int) -> None:
        metrics: dict[str, float] = {
            "durationMs": round(report.duration_ms, 3),
            "billedDurationMs": billed,
            "memorySizeMB": report.memory_mb,
        }
        if report.used_mb is not None:
            metrics["maxMemoryUsedMB"] = report.used_mb
        if report.init_ms is not None:
            metrics["initDurationMs"] = round(report.init_ms, 3)
        record: dict[str, object] = {"requestId": request_id, "metrics": metrics, "status": report.status}
        if report.error_type:
            record["errorType"] = report.error_type
        self._platform("report", record)

    def _platform(self, kind: str, record: dict[str, object]) -> None:
        self._emit(json.dumps({"time": _now(), "type": f"platform.{kind}", "record": record}, separators=(",", ":")))

    def _emit(self, *messages: str) -> None:
        self._lines.extend(message[-TAIL_BYTES:] for message in messages)
        del self._lines[:-200]
        self._write(*messages)


def tail_of(lines: Sequence[str]) -> str:
    """The last TAIL_BYTES of an invocation's log."""
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)[-TAIL_BYTES:]


def _now() -> str:
    return timestamp(time.time())
