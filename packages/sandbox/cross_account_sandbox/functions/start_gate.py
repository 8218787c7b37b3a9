"""Limits how many environments start at the same time: starts are CPU-bound, and more of them at once are slower."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Hashable

#: A start that takes longer (seconds) is waiting for something other than the CPU, and no longer counts.
_COUNTS_FOR_S = 0.5


class StartGate:
    """Allows `limit` starts at the same time; calls a rejected caller back when there is room."""

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit or max(2, os.cpu_count() or 2)
        self._running: dict[Hashable, asyncio.TimerHandle] = {}
        self._turned_away: deque[Callable[[], None]] = deque()

    def enter(self, start: Hashable, retry: Callable[[], None]) -> bool:
        """Begin a start and return True, or return False and call `retry` later."""
        if len(self._running) >= self._limit:
            if retry not in self._turned_away:
                self._turned_away.append(retry)
            return False
        self._running[start] = asyncio.get_running_loop().call_later(_COUNTS_FOR_S, self.leave, start)
        return True

    def leave(self, start: Hashable) -> None:
        """Stop counting a start, because it is over or takes long. Safe to call twice."""
        timer = self._running.pop(start, None)
        if timer is None:
            return
        timer.cancel()
        for _ in range(len(self._turned_away)):
            self._turned_away.popleft()()
            if len(self._running) >= self._limit:
                break
