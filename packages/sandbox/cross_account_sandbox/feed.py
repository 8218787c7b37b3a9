"""The last items of a continuing series, numbered, for readers that follow it at their own speed."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Feed(Generic[T]):
    """Keeps the last `most` items.

    A reader has a position instead of a queue: a slow reader misses items, but blocks no other reader. Any thread can
    add items; readers wait on an event loop.
    """

    def __init__(self, *, most: int) -> None:
        self._items: deque[T] = deque(maxlen=most)
        self._count = 0
        # Positions of another run of the sandbox are not valid in this one.
        self._run = secrets.token_hex(4)
        self._lock = threading.Lock()
        self._waiting: dict[asyncio.Future[None], asyncio.AbstractEventLoop] = {}
        self.closed = False

    @property
    def position(self) -> int:
        """The number of the newest item; 0 before the first."""
        return self._count

    def append(self, *items: T) -> None:
        """Add items and wake the waiting readers."""
        with self._lock:
            self._items.extend(items)
            self._count += len(items)
        if self._waiting:
            self._wake()

    def close(self) -> None:
        """End the feed and its readers: no more items are added."""
        self.closed = True
        self._wake()

    def next(self, position: int) -> tuple[int, T] | None:
        """Return the first kept item after this position, with its number; None if there is none yet."""
        with self._lock:
            oldest = self._count - len(self._items) + 1
            number = max(position + 1, oldest)
            return (number, self._items[number - oldest]) if number <= self._count else None

    async def wait(self, position: int, seconds: float) -> bool:
        """Wait for an item after this position, or for the end of the feed. Returns False at the timeout."""
        loop = asyncio.get_running_loop()
        woken: asyncio.Future[None] = loop.create_future()
        with self._lock:
            if self._count > position or self.closed:
                return True
            self._waiting[woken] = loop
        try:
            await asyncio.wait_for(woken, seconds)
        except TimeoutError:
            return False
        finally:
            with self._lock:
                self._waiting.pop(woken, None)
        return True

    def id_of(self, position: int) -> str:
        """The position as an opaque ID for clients."""
        return f"{self._run}-{position}"

    def position_of(self, name: str) -> int:
        """The position of an ID from `id_of`; 0 (before the first item) for an ID of another run or an invalid one."""
        run, _, number = name.partition("-")
        # Python converts no number of thousands of digits.
        known = run == self._run and number.isdecimal() and len(number) <= len(str(self._count))
        return min(int(number), self._count) if known else 0

    def _wake(self) -> None:
        with self._lock:
            waiting = list(self._waiting.items())
            self._waiting.clear()
        for woken, loop in waiting:
            loop.call_soon_threadsafe(_resolve, woken)


def _resolve(woken: asyncio.Future[None]) -> None:
    if not woken.done():
        woken.set_result(None)
