"""Collects the sandbox's own log events, and writes them to moto's CloudWatch Logs when somebody reads logs."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import NamedTuple

from cross_account_sandbox.control_plane.moto_stores import MotoStores, current
from cross_account_sandbox.feed import Feed

#: Events kept per stream; older events are dropped, so that memory does not grow in a long run.
KEPT_EVENTS = 10_000

#: Number of lines kept for readers that follow.
FOLLOWED_LINES = 2_000

_Stream = tuple[str, str, str, str]
#: The time in milliseconds since 1970, and the message.
_Event = tuple[int, str]


class LogLine(NamedTuple):
    """One event of a log group; the timestamp is milliseconds since 1970."""

    account: str
    region: str
    group: str
    timestamp: int
    message: str


class LogSink:
    """Accepts lines from the data plane and from functions. Thread-safe; never blocks on moto.

    Lines wait in the sink, which takes a fraction of the time that moto takes for a line, until the first reader.

    moto     the stores for the lines; by default, those of the current World
    written  the last lines, for readers that follow; can continue another World's feed
    """

    def __init__(self, moto: MotoStores | None = None, written: Feed[LogLine] | None = None) -> None:
        self._moto = moto or current()
        self.written: Feed[LogLine] = written or Feed(most=FOLLOWED_LINES)
        self._lock = threading.Lock()
        self._waiting: dict[_Stream, deque[_Event]] = {}
        self._closed = False

    def write(self, account: str, region: str, group: str, stream: str, *messages: str) -> None:
        """Add events to a stream with the current time. Creates a missing group or stream, as AWS's services do."""
        now = int(time.time() * 1000)
        key = (account, region, group, stream)
        with self._lock:
            if self._closed:
                return
            events = self._waiting.get(key)
            if events is None:
                events = self._waiting[key] = deque(maxlen=KEPT_EVENTS)
            events.extend([(now, message) for message in messages])
        self.written.append(*[LogLine(account, region, group, now, message) for message in messages])

    def flush(self) -> None:
        """Pass the waiting events to moto. Call this before anything reads its logs; returns at once."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        if waiting:
            from cross_account_sandbox.control_plane.moto_bridge import in_worker

            in_worker(self._moto, _store, waiting)

    def close(self) -> None:
        """Stop taking lines; waiting ones are dropped with the sandbox."""
        with self._lock:
            self._closed = True
            self._waiting = {}


def _store(waiting: dict[_Stream, deque[_Event]]) -> None:
    from cross_account_sandbox.control_plane.moto_bridge import moto_backend

    for (account, region, group, stream), events in waiting.items():
        backend = moto_backend("logs", account, region)
        backend.ensure_log_group(group)
        backend.ensure_log_stream(group, stream)
        held = backend.groups[group].streams[stream]
        held.put_log_events([{"timestamp": at, "message": message} for at, message in events])
        if len(held.events) > KEPT_EVENTS:
            del held.events[:-KEPT_EVENTS]
