"""Run as a program beside the sandbox: ends the function processes that a killed sandbox leaves.

Reads `+GROUP MARK` and `-GROUP` lines from its input. The input ends when the sandbox does, however it ended
(SIGKILL too, where none of its handlers can run): then every group still listed is killed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys


def end_group(group: int, mark: str) -> None:
    """Kill a process group, and on Linux whatever left it but still carries its mark, `NAME=value`.

    The mark is the address of the environment's Runtime API in the process's variables: no other process
    of this machine has it.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    for pid in _marked(mark.encode()):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _marked(mark: bytes) -> list[int]:
    found = []
    try:
        names = os.listdir("/proc")  # noqa: PTH208 - started without site: the less it imports, the sooner it runs
    except OSError:
        return []
    for name in names:
        if name.isdecimal():
            with contextlib.suppress(OSError), open(f"/proc/{name}/environ", "rb") as variables:  # noqa: PTH123 - as above
                if mark in variables.read().split(b"\0"):
                    found.append(int(name))
    return found


def main() -> None:
    """Read to the end of the input, then end what is left."""
    for interruption in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Ctrl-C reaches the whole terminal; this process goes last.
        signal.signal(interruption, signal.SIG_IGN)
    groups: dict[int, str] = {}
    for line in sys.stdin:
        number, _, mark = line[1:].rstrip("\n").partition(" ")
        if line.startswith("+"):
            groups[int(number)] = mark
        else:
            groups.pop(int(number), None)
    for group, mark in groups.items():
        end_group(group, mark)


if __name__ == "__main__":
    main()
