"""The environments of one version's code: assigns free ones, starts new ones and ends idle ones."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

from cross_account_sandbox.functions.environment import Environment, Owner
from cross_account_sandbox.functions.start_gate import StartGate

#: If other environments are busy, wait for one of them for as long as the last start took, within these bounds
#: (seconds). Lambda starts another environment immediately; here, starts and invocations share the CPUs, and a start
#: costs more than most waits.
SHORTEST_WAIT_S, LONGEST_WAIT_S = 0.01, 0.5


class InitFailedError(Exception):
    """No environment could be initialized; `payload` is the error document, `printed` the output."""

    def __init__(self, payload: bytes, printed: tuple[str, ...]) -> None:
        super().__init__(payload.decode(errors="replace"))
        self.payload = payload
        self.printed = printed


class Fleet:
    """Environments of one code and configuration. Use from the event loop only."""

    def __init__(self, make: Callable[[Owner], Environment], *, gate: StartGate) -> None:
        self._make = make
        self._gate = gate
        self._owner = Owner(on_free=self._freed, on_failed=self._failed, on_ended=self._ended)
        self._free: list[Environment] = []
        self._starting: dict[Environment, asyncio.Task[None]] = {}
        self._tickets: dict[Environment, object] = {}
        self._alive: set[Environment] = set()
        self._waiting: deque[asyncio.Future[Environment]] = deque()
        self._impatient: set[asyncio.Future[Environment]] = set()
        self._retired = False
        self._wait_s = SHORTEST_WAIT_S

    @property
    def environments(self) -> frozenset[Environment]:
        """The environments whose process has not ended."""
        return frozenset(self._alive)

    def take(self) -> Environment | None:
        """Return a free environment for exactly one `run()`; None if no environment is free."""
        return self._free.pop() if self._free else None

    async def acquire(self) -> Environment:
        """Return a free environment for exactly one `run()`, and start one if necessary. Raises InitFailedError."""
        if (free := self.take()) is not None:
            return free
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[Environment] = loop.create_future()
        self._waiting.append(waiter)
        if self._at_work():
            loop.call_later(self._wait_s, self._overdue, waiter)
        else:
            self._overdue(waiter)
        return await waiter

    def retire(self) -> None:
        """End free environments now and busy ones after their current event."""
        self._retired = True
        self.end_idle(older_than_s=0)

    def end_idle(self, *, older_than_s: float) -> None:
        """End environments that have been free for at least this many seconds."""
        limit = time.monotonic() - older_than_s
        idle = [environment for environment in self._free if environment.free_since <= limit]
        self._free = [environment for environment in self._free if environment.free_since > limit]
        for environment in idle:
            environment.kill()

    async def close(self) -> None:
        """End all environments and wait until their processes have ended."""
        self._retired = True
        alive = list(self._alive)
        while self._waiting:
            self._waiting.popleft().cancel()
        for environment in alive:
            environment.kill()
        await asyncio.gather(*(environment.ended() for environment in alive))
        await asyncio.gather(*self._starting.values(), return_exceptions=True)

    def _at_work(self) -> bool:
        return len(self._alive) > len(self._starting)

    def _overdue(self, waiter: asyncio.Future[Environment]) -> None:
        """Stop waiting for an existing environment and start another one."""
        if not waiter.done():
            self._impatient.add(waiter)
            self._scale_out()

    def _scale_out(self) -> None:
        self._impatient = {waiter for waiter in self._impatient if not waiter.done()}
        while len(self._starting) < len(self._impatient):
            # The gate calls this method again when there is room; the ticket is returned once the environment has
            # started.
            ticket = object()
            if not self._gate.enter(ticket, self._scale_out):
                return
            self._tickets[self._start_one()] = ticket

    def _start_one(self) -> Environment:
        environment = self._make(self._owner)
        self._alive.add(environment)
        self._starting[environment] = asyncio.get_running_loop().create_task(environment.start())
        return environment

    def _started(self, environment: Environment) -> None:
        self._starting.pop(environment, None)
        ticket = self._tickets.pop(environment, None)
        if ticket is not None:
            self._gate.leave(ticket)

    def _next_waiter(self) -> asyncio.Future[Environment] | None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                return waiter
        return None

    def _freed(self, environment: Environment) -> None:
        first = environment in self._starting
        waiter = self._next_waiter()
        if waiter is not None:
            waiter.set_result(environment)
        elif self._retired:
            environment.kill()
        else:
            self._free.append(environment)
        if first:
            self._wait_s = min(max(SHORTEST_WAIT_S, environment.init_s), LONGEST_WAIT_S)
            self._started(environment)

    def _failed(self, environment: Environment, payload: bytes) -> None:
        waiter = self._next_waiter()
        if waiter is not None:
            waiter.set_exception(InitFailedError(payload, environment.take_printed()))
        self._started(environment)

    def _ended(self, environment: Environment) -> None:
        self._started(environment)
        self._alive.discard(environment)
        if environment in self._free:
            self._free.remove(environment)
        if not self._at_work():
            # No environment is left that could become free for them.
            self._impatient.update(self._waiting)
            self._scale_out()
