"""A World with its function processes, VPC ports and stores. It ends once its last request is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

from cross_account_sandbox.control_plane import moto_bridge
from cross_account_sandbox.control_plane.logs import LogSink
from cross_account_sandbox.control_plane.moto_stores import MotoStores
from cross_account_sandbox.control_plane.roles import RoleDirectory
from cross_account_sandbox.control_plane.sessions import Sessions
from cross_account_sandbox.events import Events
from cross_account_sandbox.execute_api import gateway
from cross_account_sandbox.functions.environment import Platform
from cross_account_sandbox.functions.pool import FunctionPool
from cross_account_sandbox.functions.store import FunctionStore
from cross_account_sandbox.functions.vpc_doors import VpcDoors
from cross_account_sandbox.stores import Stores
from cross_account_sandbox.world import World


@dataclass(kw_only=True, eq=False)
class RunningWorld:
    """A World, the pool that runs its functions, the ports of its VPCs, and moto's stores for it."""

    world: World
    pool: FunctionPool
    doors: VpcDoors
    moto: MotoStores
    _requests: int = 0
    _answered: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def new(cls, *, operator_account: str, allow_outbound: bool, beside: World | None = None) -> Self:
        """Create an empty World.

        With `beside`, it shares traces, deployments, followed log lines, raised quotas and the key of links with that
        World.
        """
        moto, roles, functions, doors = MotoStores(), RoleDirectory(), Stores(FunctionStore), VpcDoors()
        sessions = Sessions(roles=roles, operator_account=operator_account)
        logs = LogSink(moto, beside.logs.written if beside else None)
        pool = FunctionPool(Platform(sessions=sessions, logs=logs, vpc_doors=doors), functions=functions)
        world = World(
            sessions=sessions,
            roles=roles,
            logs=logs,
            functions=functions,
            invoker=pool,
            data_plane=gateway.answer,
            operator_account=operator_account,
            allow_outbound=allow_outbound,
        )
        if beside is not None:
            world.endpoint, world.traces, world.deployments = beside.endpoint, beside.traces, beside.deployments
            world.quotas.everywhere.update(beside.quotas.everywhere)
            world.link_key = beside.link_key
        running = cls(world=world, pool=pool, doors=doors, moto=moto)
        running.tell(world.events)
        return running

    def tell(self, events: Events) -> None:
        """Publish events there from now on."""
        self.world.events = self.pool.events = events

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Handle a request: inside, moto uses this World's stores."""
        self._requests += 1
        try:
            with self.moto.active():
                yield
        finally:
            self._requests -= 1
            if not self._requests:
                self._answered.set()

    def owns(self, access_key: str) -> bool:
        """Return True if this World issued the key, to a session of a role or function, or to a user."""
        with self.moto.active():
            caller = self.world.sessions.caller(access_key)
        return caller is not None and not caller.conventional

    async def finished(self) -> None:
        """Wait until no request is in progress and no function is running."""
        while self._requests or self.pool.is_busy:
            self._answered.clear()
            if self._requests:
                await self._answered.wait()
            await self.pool.finished()

    async def close(self) -> None:
        """End every function's process and empty the stores."""
        await self.pool.close()
        self.world.code_folders.close()
        self.world.logs.close()
        await asyncio.to_thread(moto_bridge.drop, self.moto)
