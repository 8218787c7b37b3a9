"""`/_sandbox/traces` for programs: a list, newest first, and a stream of answered requests."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from cross_account_sandbox.feed import Feed
from cross_account_sandbox.http import HttpRequest, HttpStream
from cross_account_sandbox.own_pages import event_stream
from cross_account_sandbox.own_pages.query import TraceQuery
from cross_account_sandbox.terminal.decision import succeeded, who_decided
from cross_account_sandbox.trace import Trace, TraceLog


def listed(log: TraceLog, request: HttpRequest) -> dict[str, Any]:
    """The newest traces that match the query, and the position from which a stream continues. Raises BadQueryError."""
    query = TraceQuery.parse(request.query)
    position = log.answered.id_of(log.answered.position)
    found = (trace for trace in log.newest_first() if query.wants(trace))
    return {"traces": [summary(trace) for trace in islice(found, query.limit)], "lastEventId": position}


def stream(log: TraceLog, request: HttpRequest) -> HttpStream:
    """Stream every request that matches the query, from now on or from the client's last position.

    Raises BadQueryError.
    """
    query = TraceQuery.parse(request.query)
    feed: Feed[Trace] = log.answered
    last = request.header("last-event-id") or query.position
    start = feed.position_of(last) if last else feed.position if query.since is None else 0

    def events(trace: Trace) -> Iterator[tuple[str, Any]]:
        if query.wants(trace):
            yield "trace", summary(trace)

    return event_stream.follow(feed, start, events)


def summary(trace: Trace) -> dict[str, Any]:
    """A trace as a list shows it; `/_sandbox/traces/REQUEST_ID` also has its hops and the functions' output."""
    return {
        **trace.head(),
        "succeeded": succeeded(trace),
        "decidedBy": who_decided(trace),
        "functions": list(trace.functions),
    }
