"""What happened to a request, hop by hop: the only source of the demo, the terminal, the pages and the log lines."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from cross_account_sandbox.clock import timestamp
from cross_account_sandbox.feed import Feed
from cross_account_sandbox.http import HttpRequest

#: Number of traces that are kept.
MOST_TRACES = 1000
#: Bytes that are kept of each body, event and result, so that a thousand traces do not fill the memory.
KEPT_BYTES = 32 * 1024


class Outcome(StrEnum):
    """How a hop ended."""

    PASSED = "passed"
    ALLOWED = "allowed"
    DENIED = "denied"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hop:
    """One decision about a request.

    name      the field's own term: host, stage, route, authorization, api-key, throttle, validation,
              integration, permission, function, response
    summary   one sentence for people
    evidence  what the decision rests on: statement, ARN, field, bad value (JSON-serializable)
    """

    name: str
    outcome: Outcome
    summary: str
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionRun:
    """One run of a function.

    function  its qualified ARN
    folder    where its code is on this machine
    printed   the lines that it and its runtime client wrote; of a long output, only the last ones
    error     the error document, if it failed
    event     its input event, and `result` is what it returned; both shortened
    """

    function: str
    request_id: str
    folder: str
    duration_ms: float
    printed: tuple[str, ...] = ()
    error: dict[str, Any] | None = None
    event: str = ""
    result: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The response beside its status; the body is shortened."""

    headers: tuple[tuple[str, str], ...]
    body: str


@dataclass(kw_only=True, slots=True)
class Trace:
    """One request to a deployed API and each of its hops, in order.

    request  method and target, as sent
    path     what the API routes: without the stage or a custom domain's base path
    status   0 until the request is answered
    runs     the functions that ran for it; one can end after the response
    sent     the request, with at most KEPT_BYTES of its body
    """

    request_id: str
    request: str
    api_id: str = ""
    stage: str = ""
    path: str = ""
    status: int = 0
    started: float = field(default_factory=time.time)
    hops: list[Hop] = field(default_factory=list)
    runs: list[FunctionRun] = field(default_factory=list)
    duration_ms: float | None = None
    clock: float = field(default_factory=time.perf_counter)
    sent: HttpRequest | None = None
    answer: Answer | None = None

    def add(self, name: str, outcome: Outcome, summary: str, **evidence: Any) -> None:
        """Add the next hop."""
        self.hops.append(Hop(name=name, outcome=outcome, summary=summary, evidence=evidence))

    def answered(self, status: int) -> None:
        """Record the response and how long it took."""
        self.status = status
        self.duration_ms = (time.perf_counter() - self.clock) * 1000

    @property
    def deciding(self) -> Hop | None:
        """The hop that decided the response: the first refusal, else the last permission, else the last hop."""
        refusals = [hop for hop in self.hops if hop.outcome in (Outcome.DENIED, Outcome.FAILED)]
        if refusals:
            return refusals[0]
        permissions = [hop for hop in self.hops if hop.outcome is Outcome.ALLOWED]
        if permissions:
            return permissions[-1]
        return self.hops[-1] if self.hops else None

    @property
    def method(self) -> str:
        """The method, as sent."""
        return self.request.partition(" ")[0]

    @property
    def functions(self) -> tuple[str, ...]:
        """The ARNs of the functions that it called or was not permitted to call, in order, without duplicates."""
        named = (hop.evidence.get("function") for hop in self.hops)
        return tuple(dict.fromkeys([*(arn for arn in named if isinstance(arn, str)), *(r.function for r in self.runs)]))

    def head(self) -> dict[str, Any]:
        """The request's identity and its response."""
        return {
            "requestId": self.request_id,
            "time": timestamp(self.started),
            "request": self.request,
            "method": self.method,
            "path": self.path,
            "apiId": self.api_id,
            "stage": self.stage,
            "status": self.status,
            "durationMs": None if self.duration_ms is None else round(self.duration_ms, 3),
        }

    def as_json(self) -> dict[str, Any]:
        """The trace as `GET /_sandbox/traces/{request id}` shows it."""
        return {
            **self.head(),
            "hops": [
                {"name": hop.name, "outcome": hop.outcome.value, "summary": hop.summary, "evidence": hop.evidence}
                for hop in self.hops
            ],
            "functions": [
                {
                    "function": run.function,
                    "requestId": run.request_id,
                    "durationMs": round(run.duration_ms, 3),
                    "printed": list(run.printed),
                    "error": run.error,
                }
                for run in self.runs
            ],
        }


def kept_request(request: HttpRequest) -> HttpRequest:
    """The part of a request that a trace keeps; `unread` counts the missing bytes of its body."""
    missing = len(request.body) - KEPT_BYTES
    if missing <= 0:
        return request
    return replace(request, body=request.body[:KEPT_BYTES], unread=request.unread + missing)


def shortened(data: bytes) -> str:
    """The bytes as text; of a long text, only the beginning and the full length."""
    text = data[:KEPT_BYTES].decode("utf-8", "replace")
    return text if len(data) <= KEPT_BYTES else f"{text}… ({len(data)} bytes in all)"


class TraceLog:
    """The last traces by request ID. Older ones are dropped, so that memory does not grow in a long run.

    answered  the traces of answered requests, in the order of their responses, for readers that follow
    """

    def __init__(self, *, most: int = MOST_TRACES) -> None:
        self._most = most
        self._traces: OrderedDict[str, Trace] = OrderedDict()
        self.answered: Feed[Trace] = Feed(most=most)

    def keep(self, trace: Trace) -> None:
        """Store a trace, dropping the oldest one past the limit."""
        self._traces[trace.request_id] = trace
        while len(self._traces) > self._most:
            self._traces.popitem(last=False)

    def finish(self, trace: Trace, status: int) -> None:
        """Record the response to a request whose trace is kept."""
        trace.answered(status)
        self.answered.append(trace)

    def get(self, request_id: str) -> Trace | None:
        """The trace of this request; None if it is not kept."""
        return self._traces.get(request_id)

    def last(self) -> Trace | None:
        """The newest trace."""
        return next(self.newest_first(), None)

    def newest_first(self) -> Iterator[Trace]:
        """Every kept trace, including those of requests in progress."""
        return reversed(self._traces.values())
