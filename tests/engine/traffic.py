"""A client that keeps sending requests during a change."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

#: Requests per second.
RATE = 50


@dataclass
class Traffic:
    """Sends GET to a URL 50 times per second over one connection, while the context is open.

    answers   the number of responses with each status; `0` counts requests without a response
    turns     the statuses in order, without consecutive duplicates
    refused   the first response bodies with a status other than 200, for the failure message
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    answers: Counter[int] = field(default_factory=Counter)
    turns: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._stop = threading.Event()
        self._asked = threading.Event()
        self._thread = threading.Thread(target=self._ask, name="traffic")

    def __enter__(self) -> Self:
        self._thread.start()
        self._asked.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        # One more request after the change, which sees its final state.
        self._asked.clear()
        self._asked.wait(30)
        self._stop.set()
        self._thread.join()

    def _ask(self) -> None:
        address = urlsplit(self.url)
        connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=35)
        due = time.monotonic()
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            due = max(due + 1 / RATE, time.monotonic() - 1)
            status, body = self._one(connection, address.path)
            self.answers[status] += 1
            if self.turns[-1:] != [status]:
                self.turns.append(status)
            if status != 200 and len(self.refused) < 5:
                self.refused.append(f"{status} {body}")
            self._asked.set()
        connection.close()

    def _one(self, connection: http.client.HTTPConnection, path: str) -> tuple[int, str]:
        try:
            connection.request("GET", path, headers=dict(self.headers))
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")[:300]
        except OSError as error:
            connection.close()
            return 0, str(error)
