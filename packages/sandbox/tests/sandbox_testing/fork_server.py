"""`python fork_server.py SOCKET MODULE`: prepares a program, and forks it for each launcher that connects.

MODULE has two functions: `prepare()` imports what the program imports, and `run(arguments)` runs it and returns its
exit status. The server prints a line when it is ready, and ends when its stdin is closed.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import threading
from contextlib import suppress
from typing import Protocol


class Program(Protocol):
    """A module with a program."""

    def prepare(self) -> None:
        """Import everything. Must not start a thread or create an object of gRPC: a fork would break them."""

    def run(self, arguments: list[str]) -> int:
        """Run the program in a fork."""


def main(path: str, program: Program) -> None:
    """Serve launchers."""
    program.prepare()
    # A collection in a fork would copy every page that it shares with this process.
    gc.collect()
    gc.freeze()
    # The system reaps ended forks.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(64)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
            launcher, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _run(program, launcher)
            launcher.close()


def _run(program: Program, launcher: socket.socket) -> None:
    """Take the launcher's place and run the program; never returns."""
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _, streams, _, _ = socket.recv_fds(launcher, 1, 3)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        with launcher.makefile("rb") as file:
            arguments, folder, environment = json.loads(file.readline())
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        threading.Thread(target=_end_with, args=[launcher], daemon=True).start()
        status = program.run(arguments)
    except BaseException:  # noqa: BLE001 - a fork must not return into its parent's loop
        sys.excepthook(*sys.exc_info())
    finally:
        for output in (sys.stdout, sys.stderr):
            with suppress(OSError):
                output.flush()
        with suppress(OSError):
            launcher.send(bytes([status]))
        os._exit(status)


def _end_with(launcher: socket.socket) -> None:
    """Stop this fork when its launcher has to stop, or is killed."""
    launcher.recv(1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(sys.argv[1], importlib.import_module(sys.argv[2]))
