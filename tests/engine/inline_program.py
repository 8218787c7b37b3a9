"""A program that the Automation API runs in this process, and cleanup of what the SDK (3.272) leaves behind.

After a failed operation, the SDK leaves its event loop open: the loop waits for a monitor that no longer exists, or the
SDK abandons it because it cannot log to an engine that no longer exists. Garbage collection of the remains would fail a
later test.

Connections also leave state behind: all channels of a process share gRPC's connection state for an address. If a
monitor gets the port of an engine that has just ended, calls to it would fail without an attempt until gRPC retries
that port.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from pulumi.automation import _server, _stack
from pulumi.runtime import _grpc_settings

if TYPE_CHECKING:
    from pulumi.runtime.proto.language_pb2 import RunResponse

#: Seconds for a program to end by itself after its operation has ended.
_PATIENCE = 0.1
#: Seconds for it to end after it was stopped: only a hung machine needs them.
_STOPPED = 60


class InlineProgram:
    """A program and the loop of its current run."""

    def __init__(self, program: Callable[[], None]) -> None:
        self._program = program
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = threading.Event()
        self._ended.set()

    def __call__(self) -> None:
        """Run the program on the loop of the SDK's thread."""
        self._loop = asyncio.get_running_loop()
        self._program()

    @contextmanager
    def running(self) -> Iterator[None]:
        """A run in the SDK's thread. At its end, nothing waits on its loop any more, and the loop is closed."""
        self._ended.clear()
        try:
            yield
        finally:
            if self._loop and not self._loop.is_closed():
                _close(self._loop)
            self._ended.set()

    def end(self) -> None:
        """Call this after an operation; returns when its run has ended."""
        if self._ended.wait(_PATIENCE):
            return
        if self._loop:
            with suppress(RuntimeError):  # closed in the meantime
                self._loop.call_soon_threadsafe(self._loop.stop)
        assert self._ended.wait(_STOPPED), "the program of a stack still runs"


def _close(loop: asyncio.AbstractEventLoop) -> None:
    while tasks := asyncio.all_tasks(loop):
        for task in tasks:
            task.cancel()
        with suppress(RuntimeError):  # the SDK's exception handler stops a loop if a call to the engine failed
            loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.close()


class _ClosingLanguageServer(_server.LanguageServer):
    """The SDK's server of a program; closes what a run left open."""

    def Run(self, request: Any, context: Any) -> RunResponse:  # noqa: N802 the name is gRPC's
        assert isinstance(self.program, InlineProgram)
        with self.program.running():
            return super().Run(request, context)  # type: ignore[no-any-return, no-untyped-call]


# The Automation API does not accept a custom server.
vars(_stack)["LanguageServer"] = _ClosingLanguageServer
# It does not accept channel options either: these apply to every channel to an engine and its monitor.
_grpc_settings._GRPC_CHANNEL_OPTIONS.append(("grpc.use_local_subchannel_pool", 1))  # noqa: SLF001 - as above
