"""The URLs by which functions call the sandbox. A VPC has its own port: who comes in there comes from that VPC.

On AWS a call from a function in a VPC takes the VPC's interface endpoint where there is one for execute-api with
private DNS. Here such a function is given another address as API_ENDPOINT than everybody else; what it says itself
about where it comes from does not count.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class VpcDoors:
    """The sandbox's own URL, and one loopback port a VPC, opened when the first function in it starts."""

    def __init__(self) -> None:
        #: http://127.0.0.1:PORT, empty until the server has bound its port.
        self.own = ""
        self._listen: Callable[[], Awaitable[int]] | None = None
        self._ports: dict[str, int] = {}
        self._lock = asyncio.Lock()

    def serve_with(self, own: str, listen: Callable[[], Awaitable[int]]) -> None:
        """The sandbox's own URL, and how the server opens one more port; the answer is the port."""
        self.own = own
        self._listen = listen

    async def endpoint(self, vpc_id: str) -> str:
        """The URL by which functions in this VPC reach deployed APIs. Raises RuntimeError without a server."""
        async with self._lock:
            if vpc_id not in self._ports:
                if self._listen is None:
                    raise RuntimeError(f"a function in {vpc_id} needs a server: the sandbox has not bound its port yet")
                self._ports[vpc_id] = await self._listen()
            return f"http://127.0.0.1:{self._ports[vpc_id]}"

    @property
    def ports(self) -> tuple[int, ...]:
        """The ports that were opened."""
        return tuple(self._ports.values())

    def vpc_behind(self, port: int) -> str | None:
        """The VPC whose port this is; None for the sandbox's own."""
        return next((vpc_id for vpc_id, door in self._ports.items() if door == port), None)
