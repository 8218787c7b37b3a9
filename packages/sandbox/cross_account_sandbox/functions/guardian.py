"""A program that runs beside the sandbox and ends the function processes that a killed sandbox leaves running.

It reads `+GROUP MARK` and `-GROUP` lines from standard input. The input ends when the sandbox ends for any reason, even
SIGKILL, when none of the sandbox's handlers can run. The guardian then kills every group still listed.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys


def end_group(group: int, mark: str) -> None:
    """Kill a process group and, on Linux, any process that left it but still carries its mark, `NAME=value`.

    The mark is the variable with the address of the environment's Runtime API, which no other process on this machine
    has.
    """
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
    for pid in _marked(mark.encode()):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def _marked(mark: bytes) -> list[int]:
    found = []
    try:
        names = os.listdir("/proc")  # noqa: PTH208 - runs without site; fewer imports start faster
    except OSError:
        return []
    for name in names:
        if name.isdecimal():
            with contextlib.suppress(OSError), open(f"/proc/{name}/environ", "rb") as variables:  # noqa: PTH123 - as above
                if mark in variables.read().split(b"\0"):
                    found.append(int(name))
    return found


def main() -> None:
    """Read standard input to its end, then end the remaining groups."""
    for interruption in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Ctrl-C reaches every process of the terminal; this process must end last.
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
