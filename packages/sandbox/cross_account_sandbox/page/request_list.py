"""The live list of requests: which ones a person asks for, and what a row shows."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from cross_account_sandbox.own_pages.query import TraceQuery
from cross_account_sandbox.page.hop_view import SECTIONS
from cross_account_sandbox.terminal.decision import decisive_hop, succeeded, who_decided
from cross_account_sandbox.terminal.lines import named
from cross_account_sandbox.terminal.routes import served_stages
from cross_account_sandbox.trace import Trace, TraceLog
from cross_account_sandbox.world import World

#: Rows of one page: the list is sent again with every change.
ROWS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestFilter:
    """What the form above the list asks for; an empty field admits everything.

    path  a part of the path
    hop   the hop that decided
    text  a part of what was sent, answered or printed, or of the reason of a decision
    """

    api: str = ""
    function: str = ""
    method: str = ""
    path: str = ""
    status: str = ""
    hop: str = ""
    text: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> RequestFilter:
        """The filter of a URL's query; other parameters do not count."""
        return cls(**{name: query[name].strip() for name in cls.__slots__ if name in query})

    def wants(self, trace: Trace) -> bool:
        """Whether the request is listed."""
        asked = TraceQuery(
            api=self.api, function=self.function, method=self.method, status=(self.status,) if self.status else ()
        )
        if not asked.wants(trace):
            return False
        if self.path and self.path.lower() not in trace.path.lower():
            return False
        if self.hop and (hop := decisive_hop(trace)) is not None and hop.name != self.hop:
            return False
        return not self.text or any(self.text.lower() in part.lower() for part in _texts(trace))


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestRow:
    """One line of the list."""

    id: str
    time: str
    method: str
    path: str
    stage: str
    status: int
    duration: str
    succeeded: bool
    decided: str
    functions: str


def rows(log: TraceLog, wanted: RequestFilter, *, before: str = "") -> list[RequestRow]:
    """The newest requests that are wanted; `before` is the id of a request, and the rows are those older than it."""
    traces: Iterator[Trace] = log.newest_first()
    if before and log.get(before) is not None:
        for trace in traces:
            if trace.request_id == before:
                break
    return [row(trace) for trace in islice((each for each in traces if wanted.wants(each)), ROWS)]


def row(trace: Trace) -> RequestRow:
    """The line of one request."""
    milliseconds = int(trace.started * 1000) % 1000
    return RequestRow(
        id=trace.request_id,
        time=f"{time.strftime('%H:%M:%S', time.localtime(trace.started))}.{milliseconds:03}",
        method=trace.method,
        path=trace.path or "/",
        stage=trace.stage,
        status=trace.status,
        duration="" if trace.duration_ms is None else f"{trace.duration_ms:.0f} ms",
        succeeded=succeeded(trace),
        decided=who_decided(trace) if trace.hops else "under way",
        functions=", ".join(named(arn) for arn in trace.functions),
    )


def choices(world: World) -> dict[str, Sequence[tuple[str, str]]]:
    """What the form offers, each with its label: the APIs, and of the kept requests the functions and methods."""
    traces = list(world.traces.newest_first())
    apis = {stage.api_id: f"{stage.api} ({stage.account})" for stage in served_stages(world)}
    return {
        "apis": list(apis.items()),
        "functions": [(arn, named(arn)) for arn in sorted({arn for trace in traces for arn in trace.functions})],
        "methods": _same(sorted({trace.method for trace in traces})),
        "statuses": _same(("2xx", "3xx", "4xx", "5xx")),
        "hops": _same(hop for hops in SECTIONS.values() for hop in hops),
    }


def _same(values: Iterable[str]) -> list[tuple[str, str]]:
    return [(value, value) for value in values]


def _texts(trace: Trace) -> Iterator[str]:
    yield trace.request
    yield trace.request_id
    for hop in trace.hops:
        yield hop.summary
    if trace.sent is not None:
        yield trace.sent.body.decode("utf-8", "replace")
        yield from (f"{name}: {value}" for name, value in trace.sent.headers)
    if trace.answer is not None:
        yield trace.answer.body
    for run in trace.runs:
        yield from run.printed
        yield run.result
