"""One process of a function, in its own process group: passes on its output by line, detects its exit and cleans up."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from cross_account_sandbox.functions.guardian import end_group
from cross_account_sandbox.functions.privileges import unprivileged

_READ = 64 * 1024
#: A process that writes endlessly must not block the event loop.
_READS_AT_ONCE = 32
#: Output without a line break is split at this many bytes (a CloudWatch Logs event holds 256 KB, later 1 MB).
_MAX_LINE = 256 * 1024
#: The size of a memory page in bytes.
_PAGE = os.sysconf("SC_PAGE_SIZE")


class ProcessGuard:
    """Runs the guardian: a helper process that kills the processes that a killed sandbox leaves running."""

    def __init__(self) -> None:
        self._guardian: subprocess.Popen[bytes] | None = None

    def watch(self, group: int, mark: str) -> None:
        """Have the guardian kill this process group if the sandbox ends first (`mark`: see guardian.end_group)."""
        self._tell(f"+{group} {mark}\n")

    def forget(self, group: int) -> None:
        """Tell the guardian that the group has ended."""
        self._tell(f"-{group}\n")

    def close(self) -> None:
        """End the guardian, which then kills the groups still watched."""
        if self._guardian is not None and self._guardian.stdin is not None:
            with contextlib.suppress(OSError):
                self._guardian.stdin.close()
            self._guardian.wait()
            self._guardian = None

    def _tell(self, line: str) -> None:
        if self._guardian is None:
            self._guardian = subprocess.Popen(  # noqa: S603 - our own interpreter and script
                [sys.executable, "-I", "-S", str(Path(__file__).with_name("guardian.py"))],
                stdin=subprocess.PIPE,
                start_new_session=True,
            )
        assert self._guardian.stdin is not None  # noqa: S101 - stdin=PIPE above; for the type checker
        with contextlib.suppress(OSError):
            self._guardian.stdin.write(line.encode())
            self._guardian.stdin.flush()


class FunctionProcess:
    """A started process. Its callbacks run on the event loop that started it."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        variables: Mapping[str, str],
        folder: str,
        mark: str,
        guard: ProcessGuard,
        on_line: Callable[[str], None],
        on_exit: Callable[[int], None],
    ) -> None:
        """Start the process. Raises OSError if the program or the folder does not exist.

        `mark` is a variable, as `NAME=value`, that no other process has.
        """
        self._loop = asyncio.get_running_loop()
        self._mark = mark
        self._guard = guard
        self._on_line = on_line
        self._on_exit = on_exit
        self._partial = b""
        self.exited: asyncio.Future[int] = self._loop.create_future()
        self._output, writing = os.pipe()
        try:
            os.set_blocking(self._output, False)
            self._process = unprivileged(
                partial(
                    subprocess.Popen,
                    argv,
                    env=dict(variables),
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=writing,
                    stderr=writing,
                    start_new_session=True,
                )
            )
        except BaseException:
            os.close(self._output)
            raise
        finally:
            os.close(writing)
        self._memory = _opened(f"/proc/{self.pid}/statm")
        guard.watch(self.pid, mark)
        self._loop.add_reader(self._output, self.drain)
        self._watch_exit()

    @property
    def pid(self) -> int:
        """The process ID, which is also the group ID."""
        return self._process.pid

    def kill(self) -> None:
        """Kill the process and its child processes. `exited` resolves when the process has ended."""
        if not self.exited.done():
            end_group(self.pid, self._mark)

    def drain(self) -> None:
        """Pass on every complete line that the process has written so far."""
        if self._output < 0:
            return
        for _ in range(_READS_AT_ONCE):
            try:
                data = os.read(self._output, _READ)
            except BlockingIOError:
                return
            if not data:
                self._loop.remove_reader(self._output)
                return
            self._partial += data
            self._pass_lines()
            if len(data) < _READ:
                return

    def resident_mb(self) -> int | None:
        """The process's resident memory in MB; None on a system without /proc."""
        if self._memory is None:
            return None
        try:
            pages = int(os.pread(self._memory, _READ, 0).split()[1])
        except (OSError, IndexError, ValueError):
            return None
        return pages * _PAGE // (1024 * 1024)

    def _pass_lines(self) -> None:
        *lines, rest = self._partial.split(b"\n")
        while len(rest) > _MAX_LINE:
            lines.append(rest[:_MAX_LINE])
            rest = rest[_MAX_LINE:]
        self._partial = rest
        for line in lines:
            self._on_line(line.decode("utf-8", "replace"))

    def _watch_exit(self) -> None:
        if hasattr(os, "pidfd_open"):
            pidfd = os.pidfd_open(self.pid)

            def ended() -> None:
                self._loop.remove_reader(pidfd)
                os.close(pidfd)
                # The process has not been waited for, so its ID cannot be reused yet: its group can still be killed.
                self.kill()
                self._finish(self._process.wait())

            self._loop.add_reader(pidfd, ended)
            return

        def wait() -> None:
            status = self._process.wait()
            with contextlib.suppress(RuntimeError):  # the loop is closed and nothing waits for the result
                self._loop.call_soon_threadsafe(self._finish, status)

        threading.Thread(target=wait, name=f"function-{self.pid}", daemon=True).start()

    def _finish(self, status: int) -> None:
        self.drain()
        self._loop.remove_reader(self._output)
        os.close(self._output)
        self._output = -1
        if self._memory is not None:
            os.close(self._memory)
            self._memory = None
        if self._partial:
            self._on_line(self._partial.decode("utf-8", "replace"))
            self._partial = b""
        self._guard.forget(self.pid)
        if not self.exited.done():
            self.exited.set_result(status)
        self._on_exit(status)


def _opened(file: str) -> int | None:
    """A descriptor for reading the file repeatedly; None if it does not exist."""
    try:
        return os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
