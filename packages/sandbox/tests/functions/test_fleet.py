"""Another environment is started if waiting for a busy one takes longer than a start."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from cross_account_sandbox.functions.environment import Owner
from cross_account_sandbox.functions.fleet import Fleet
from cross_account_sandbox.functions.start_gate import StartGate


class Started:
    """An environment that is free once started, after an init that reports this many seconds."""

    free_since = 0.0

    def __init__(self, owner: Owner, *, init_s: float) -> None:
        self._owner: Any = owner
        self.init_s = init_s

    async def start(self) -> None:
        self._owner.on_free(self)

    def finish(self) -> None:
        """End its event."""
        self._owner.on_free(self)


async def _starts_another(*, init_s: float, within_s: float) -> bool:
    """Return True if a second concurrent call gets its own environment rather than waiting for the first one's."""
    made: list[Started] = []
    second = asyncio.Event()

    def make(owner: Owner) -> Any:
        made.append(Started(owner, init_s=init_s))
        if len(made) == 2:
            second.set()
        return made[-1]

    fleet = Fleet(make, gate=StartGate(2))
    first: Any = await fleet.acquire()
    waiting = asyncio.create_task(fleet.acquire())
    starting = asyncio.create_task(second.wait())
    await asyncio.wait((starting,), timeout=within_s)
    started = starting.done()
    first.finish()
    await waiting
    starting.cancel()
    return started


@pytest.mark.parametrize(("init_s", "within_s", "expected"), [(0.4, 0.1, False), (0.02, 10, True), (60, 10, True)])
def test_a_call_waits_for_an_environment_at_work_as_long_as_a_start_takes_and_half_a_second_at_most(
    init_s: float, within_s: float, *, expected: bool
) -> None:
    assert asyncio.run(_starts_another(init_s=init_s, within_s=within_s)) is expected
