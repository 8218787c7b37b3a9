"""What happened to one request, hop by hop: the one source of the demo's lines and of the log lines."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """How a hop ended."""

    PASSED = "passed"
    ALLOWED = "allowed"
    DENIED = "denied"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hop:
    """One decision on a request's way.

    name      the field's own term: host, stage, route, authorization, api-key, throttle, validation,
              integration, permission, function, response
    summary   one sentence a person reads
    evidence  what it rests on: statement, ARN, field, bad value (JSON-serialisable)
    """

    name: str
    outcome: Outcome
    summary: str
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True, slots=True)
class Trace:
    """One request to a deployed API, and every hop that it took, in order."""

    request_id: str
    request: str
    api_id: str = ""
    stage: str = ""
    status: int = 0
    started: float = field(default_factory=time.time)
    hops: list[Hop] = field(default_factory=list)

    def add(self, name: str, outcome: Outcome, summary: str, **evidence: Any) -> None:
        """Note the next hop."""
        self.hops.append(Hop(name=name, outcome=outcome, summary=summary, evidence=evidence))

    @property
    def deciding(self) -> Hop | None:
        """The hop that settled the answer: the first refusal, else the last permission, else the last hop."""
        refusals = [hop for hop in self.hops if hop.outcome in (Outcome.DENIED, Outcome.FAILED)]
        if refusals:
            return refusals[0]
        permissions = [hop for hop in self.hops if hop.outcome is Outcome.ALLOWED]
        if permissions:
            return permissions[-1]
        return self.hops[-1] if self.hops else None

    def as_json(self) -> dict[str, Any]:
        """The trace as `GET /_sandbox/traces/{request id}` shows it."""
        return {
            "requestId": self.request_id,
            "request": self.request,
            "apiId": self.api_id,
            "stage": self.stage,
            "status": self.status,
            "hops": [
                {"name": hop.name, "outcome": hop.outcome.value, "summary": hop.summary, "evidence": hop.evidence}
                for hop in self.hops
            ],
        }


class TraceLog:
    """The last traces by request id; older ones fall off, so that a long run does not grow."""

    def __init__(self, *, most: int = 1000) -> None:
        self._most = most
        self._traces: OrderedDict[str, Trace] = OrderedDict()

    def keep(self, trace: Trace) -> None:
        """Store a trace, dropping the oldest one past the limit."""
        self._traces[trace.request_id] = trace
        while len(self._traces) > self._most:
            self._traces.popitem(last=False)

    def get(self, request_id: str) -> Trace | None:
        """The trace of this request, while it is kept."""
        return self._traces.get(request_id)

    def last(self) -> Trace | None:
        """The newest trace."""
        return next(reversed(self._traces.values()), None)
