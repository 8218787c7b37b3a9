"""The URLs at which functions call the sandbox. Each VPC has its own port, which identifies the VPC of a request.

On AWS, a call from a function in a VPC uses the VPC's interface endpoint for execute-api, if there is one with private
DNS. Here, such a function gets a different address in API_ENDPOINT. The sandbox ignores what the function itself claims
about its origin.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class VpcDoors:
    """The sandbox's own URL and one loopback port per VPC, opened when the first function in the VPC starts."""

    def __init__(self) -> None:
        #: http://127.0.0.1:PORT, empty until the server has bound its port.
        self.own = ""
        self._listen: Callable[[], Awaitable[int]] | None = None
        self._ports: dict[str, int] = {}
        self._lock = asyncio.Lock()

    def serve_with(self, own: str, listen: Callable[[], Awaitable[int]]) -> None:
        """Set the sandbox's own URL and the callback with which the server opens another port and returns it."""
        self.own = own
        self._listen = listen

    async def endpoint(self, vpc_id: str) -> str:
        """The URL at which functions in this VPC reach deployed APIs. Raises RuntimeError if there is no server."""
        async with self._lock:
            if vpc_id not in self._ports:
                if self._listen is None:
                    raise RuntimeError(f"a function in {vpc_id} needs a server: the sandbox has not bound its port yet")
                self._ports[vpc_id] = await self._listen()
            return f"http://127.0.0.1:{self._ports[vpc_id]}"

    @property
    def ports(self) -> tuple[int, ...]:
        """The open ports."""
        return tuple(self._ports.values())

    def vpc_behind(self, port: int) -> str | None:
        """The VPC of this port; None for the sandbox's own port."""
        return next((vpc_id for vpc_id, door in self._ports.items() if door == port), None)
