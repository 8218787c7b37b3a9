"""The live list of requests: the filter, and the content of a row."""

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

#: Number of rows on one page; the list is sent again with every change.
ROWS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestFilter:
    """The values of the form above the list; an empty field matches everything.

    path  a part of the path
    hop   the hop that decided
    text  a part of the request, the response, the function's output, or the reason for a decision
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
        """Read the filter from a URL's query; other parameters are ignored."""
        return cls(**{name: query[name].strip() for name in cls.__slots__ if name in query})

    def wants(self, trace: Trace) -> bool:
        """Return True if the request is listed."""
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
    """The newest requests that match the filter; `before` is a request's ID and limits the rows to older requests."""
    traces: Iterator[Trace] = log.newest_first()
    if before and log.get(before) is not None:
        for trace in traces:
            if trace.request_id == before:
                break
    return [row(trace) for trace in islice((each for each in traces if wanted.wants(each)), ROWS)]


def row(trace: Trace) -> RequestRow:
    """The row of one request."""
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
    """The options of the form with their labels: the APIs, and the functions and methods of the kept requests."""
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
