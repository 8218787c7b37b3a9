"""A client of the sandbox's event streams, as defined by WHATWG's HTML."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, kw_only=True)
class Event:
    """One event; a client sends `id` to resume after it."""

    id: str
    name: str
    data: Any


class EventStream:
    """An open stream; iterate over its events. The context is entered once the server has responded."""

    def __init__(self, endpoint: str, path: str, **headers: str) -> None:
        self._connection = HTTPConnection(urlsplit(endpoint).netloc, timeout=60)
        sent = {"Accept": "text/event-stream"} | {name.replace("_", "-"): value for name, value in headers.items()}
        self._connection.request("GET", path, headers=sent)
        self._answer = self._connection.getresponse()
        assert (self._answer.status, self._answer.getheader("Content-Type")) == (200, "text/event-stream")
        assert self._answer.getheader("Server") is None
        self._events = self._read()
        #: A stream first reports its starting position.
        self.id = ""

    def __enter__(self) -> Self:
        first = self._answer.readline()
        assert first.startswith(b"retry: "), first
        self.id = self._answer.readline().decode().removeprefix("id: ").strip()
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def __iter__(self) -> Iterator[Event]:
        return self._events

    def next(self) -> Event:
        """Wait for the next event."""
        return next(self._events)

    def _read(self) -> Iterator[Event]:
        fields: dict[str, str] = {}
        while line := self._answer.readline().decode():
            if line != "\n":
                name, _, value = line.rstrip("\n").partition(": ")
                fields[name] = value
            elif "data" in fields:
                yield Event(id=fields["id"], name=fields["event"], data=json.loads(fields["data"]))
                fields.clear()
