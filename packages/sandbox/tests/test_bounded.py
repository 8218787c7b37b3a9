"""Limits of work that grows with its input count what the work does, and nothing else in the process."""

from __future__ import annotations

import asyncio
import gc
import time

import pytest

from cross_account_sandbox.bounded import TooMuchWorkError, bounded, check

_LIMIT_S = 0.02


def _longer_than_the_limit() -> None:
    until = time.thread_time() + 2 * _LIMIT_S
    while time.thread_time() < until:
        pass


def test_work_that_takes_longer_than_its_limit_is_ended() -> None:
    def work() -> None:
        _longer_than_the_limit()
        check()

    with pytest.raises(TooMuchWorkError, match="processor time"):
        asyncio.run(bounded(work, seconds=_LIMIT_S))


def test_a_search_of_the_whole_process_for_garbage_does_not_count() -> None:
    others: list[list[object]] = [[] for _ in range(200_000)]
    before = time.thread_time()
    gc.collect()
    search_s = time.thread_time() - before

    def work() -> int:
        gc.collect()
        check()
        return len(others)

    assert asyncio.run(bounded(work, seconds=search_s / 4)) == len(others)


def test_what_the_work_does_beside_a_search_counts() -> None:
    def work() -> None:
        gc.collect()
        _longer_than_the_limit()
        check()

    with pytest.raises(TooMuchWorkError, match="processor time"):
        asyncio.run(bounded(work, seconds=_LIMIT_S))
