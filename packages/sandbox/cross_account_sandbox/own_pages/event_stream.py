"""Streams a feed as server-sent events (WHATWG HTML, "Server-sent events")."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any, TypeVar

from cross_account_sandbox.feed import Feed
from cross_account_sandbox.http import HttpStream

T = TypeVar("T")

#: Seconds after which a comment shows both ends that the connection is still open.
HEARTBEAT_S = 15.0
#: Milliseconds after which a browser reconnects.
_RETRY_MS = 1000


def follow(
    feed: Feed[T], start: int, events: Callable[[T], Iterable[tuple[str, Any]]], *, heartbeat_s: float = HEARTBEAT_S
) -> HttpStream:
    """Stream the items after `start` as they arrive; `events` returns the names and JSON data of an item's events.

    If items were dropped before the client read them, an event `missed` gives their number. The stream ends with the
    feed.
    """
    headers = [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")]
    return HttpStream(headers=headers, parts=_parts(feed, start, events, heartbeat_s))


async def _parts(
    feed: Feed[T], position: int, events: Callable[[T], Iterable[tuple[str, Any]]], heartbeat_s: float
) -> AsyncIterator[bytes]:
    # An ID without data sets the client's position and dispatches no event.
    yield f"retry: {_RETRY_MS}\nid: {feed.id_of(position)}\n\n".encode()
    while not feed.closed:
        # One item at a time: nothing is buffered for a slow client.
        entry = feed.next(position)
        if entry is None:
            if not await feed.wait(position, heartbeat_s):
                yield b": heartbeat\n\n"
            continue
        number, item = entry
        if missed := number - position - 1:
            yield _event("missed", feed.id_of(number - 1), {"count": missed})
        for name, data in events(item):
            yield _event(name, feed.id_of(number), data)
        position = number


def _event(name: str, event_id: str, data: Any) -> bytes:
    # The JSON written here has no line breaks.
    return f"id: {event_id}\nevent: {name}\ndata: {json.dumps(data)}\n\n".encode()
