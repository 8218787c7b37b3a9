"""How many environments are being started at once: starting is work for the processor, more at a time is slower."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Hashable

#: A start that takes longer (seconds) waits for something else than the processor, and stops counting.
_COUNTS_FOR_S = 0.5


class StartGate:
    """Lets so many starts run at a time; a caller that was turned away is called when there is room."""

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit or max(2, os.cpu_count() or 2)
        self._running: dict[Hashable, asyncio.TimerHandle] = {}
        self._turned_away: deque[Callable[[], None]] = deque()

    def enter(self, start: Hashable, retry: Callable[[], None]) -> bool:
        """Begin a start, or be turned away and have `retry` called later."""
        if len(self._running) >= self._limit:
            if retry not in self._turned_away:
                self._turned_away.append(retry)
            return False
        self._running[start] = asyncio.get_running_loop().call_later(_COUNTS_FOR_S, self.leave, start)
        return True

    def leave(self, start: Hashable) -> None:
        """The start is over, or has stopped counting. Harmless when said twice."""
        timer = self._running.pop(start, None)
        if timer is None:
            return
        timer.cancel()
        for _ in range(len(self._turned_away)):
            self._turned_away.popleft()()
            if len(self._running) >= self._limit:
                break
