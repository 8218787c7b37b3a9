"""`python fork_server.py FOLDER MODULE`: prepares a program, and forks it for each launcher that asks for it.

MODULE has two functions: `prepare()` imports what the program imports, and `run(arguments)` runs it and returns its
exit status. The server prints a line when it is ready, and ends when its stdin is closed.

A launcher writes its process ID to the pipe FOLDER/requests. The fork takes everything else from /proc, and writes its
own ID and later its exit status to the launcher's pipe, FOLDER/ID.
"""

from __future__ import annotations

import gc
import importlib
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Protocol


class Program(Protocol):
    """A module with a program."""

    def prepare(self) -> None:
        """Import everything. Must not start a thread or create an object of gRPC: a fork would break them."""

    def run(self, arguments: list[str]) -> int:
        """Run the program in a fork."""


def main(folder: Path, program: Program) -> None:
    """Serve launchers."""
    program.prepare()
    # A collection in a fork would copy every page that it shares with this process.
    gc.collect()
    gc.freeze()
    # The system reaps ended forks.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    os.mkfifo(folder / "requests")
    # Also open for writing, so that it does not end with a launcher.
    requests = os.open(folder / "requests", os.O_RDWR)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while sys.stdin not in select.select([requests, sys.stdin], [], [])[0]:
        for launcher in os.read(requests, select.PIPE_BUF).split():
            if os.fork() == 0:
                os.close(requests)
                _run(program, folder / launcher.decode(), int(launcher))
    os.close(requests)


def _run(program: Program, pipe: Path, launcher: int) -> None:
    """Take the launcher's place and run the program; never returns."""
    status = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        threading.Thread(target=_end_with, args=[os.pidfd_open(launcher)], daemon=True).start()
        answers = os.open(pipe, os.O_WRONLY)
        pipe.unlink()
        process = Path(f"/proc/{launcher}")
        for number, mode in enumerate((os.O_RDONLY, os.O_WRONLY | os.O_APPEND, os.O_WRONLY | os.O_APPEND)):
            # fork_launcher.sh keeps its caller's streams as 4 to 6.
            stream = os.open(process / f"fd/{4 + number}", mode)
            os.dup2(stream, number)
            os.close(stream)
        os.chdir(process / "cwd")
        os.environb.clear()
        for each in (process / "environ").read_bytes().split(b"\0")[:-1]:
            name, _, value = each.partition(b"=")
            os.environb[name] = value
        # The launcher's first words are those of fork_launcher.sh.
        arguments = [os.fsdecode(each) for each in (process / "cmdline").read_bytes().split(b"\0")[3:-1]]
        os.write(answers, b"%d\n" % os.getpid())
        vars(os)["_exit"] = partial(_exit, os._exit, answers, os.getpid())  # some programs end themselves by it
        status = program.run(arguments)
    except BaseException:  # noqa: BLE001 - a fork must not return into its parent's loop
        sys.excepthook(*sys.exc_info())
    finally:
        for output in (sys.stdout, sys.stderr):
            with suppress(OSError):
                output.flush()
        os._exit(status)


def _exit(end: Callable[[int], None], answers: int, process: int, status: int) -> None:
    """Tell the launcher this process's status, not that of a fork of it, and end."""
    if os.getpid() == process:
        with suppress(OSError):
            os.write(answers, b"%d\n" % status)
    end(status)


def _end_with(launcher: int) -> None:
    """Stop this fork when its launcher is killed."""
    select.select([launcher], [], [])
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(Path(sys.argv[1]), importlib.import_module(sys.argv[2]))
