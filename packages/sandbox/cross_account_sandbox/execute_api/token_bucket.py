"""Token buckets: rate is tokens per second, burst is the bucket's size."""

from __future__ import annotations

import time
from collections.abc import Hashable


class TokenBucket:
    """A bucket that starts full: a request takes one token, and tokens return over time."""

    __slots__ = ("_last", "_tokens", "burst", "rate")

    def __init__(self, *, rate: float, burst: int, now: float | None = None) -> None:
        self.rate = rate
        self.burst = burst
        self._tokens = float(burst)
        self._last = time.monotonic() if now is None else now

    def take(self, now: float | None = None) -> bool:
        """Take a token; return False if there is none."""
        moment = time.monotonic() if now is None else now
        self._tokens = min(float(self.burst), self._tokens + (moment - self._last) * self.rate)
        self._last = moment
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True


class TokenBuckets:
    """Buckets by what they limit."""

    def __init__(self) -> None:
        self._buckets: dict[Hashable, TokenBucket] = {}

    def take(self, key: Hashable, *, rate: float, burst: int) -> bool:
        """Take a token from this key's bucket; return False if it is empty. A changed limit starts a new bucket."""
        bucket = self._buckets.get(key)
        if bucket is None or (bucket.rate, bucket.burst) != (rate, burst):
            bucket = self._buckets[key] = TokenBucket(rate=rate, burst=burst)
        return bucket.take()
