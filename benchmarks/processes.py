"""Start the measured servers, wait until they respond, measure their memory and CPU time, and stop them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PATIENCE_S = 60.0
_POLL_S = 0.005


@contextmanager
def running(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str] | None = None, stdout: int | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A server in its own process group; it is stopped with all its children."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if stdout is None else stdout,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def until_answered(url: str) -> float:
    """Send requests until one returns 200; returns that request's seconds. Raises TimeoutError."""
    until = time.monotonic() + _PATIENCE_S
    while time.monotonic() < until:
        began = time.monotonic()
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                answer.read()
                return time.monotonic() - began
        except urllib.error.HTTPError as error:
            error.close()
            raise RuntimeError(f"{url} answered {error.code}") from error
        except OSError:
            time.sleep(_POLL_S)
    raise TimeoutError(f"{url} did not respond within {_PATIENCE_S} s")


def resident_mb(process: int) -> tuple[int, int]:
    """Resident memory, MB: of the process, and including all descendants (shared pages are counted in each)."""
    members = family(process)
    return members.get(process, 0) // 1024, sum(members.values()) // 1024


def cpu_seconds(process: int, *, with_ended_children: bool = False) -> float:
    """The user and system CPU time of a process, in steps of 10 ms. Raises OSError without /proc."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    used = sum(int(field) for field in fields[11 : 15 if with_ended_children else 13])
    return used / os.sysconf("SC_CLK_TCK")


def family(process: int) -> dict[int, int]:
    """A process and all its descendants with their resident memory, KB, including zombie processes."""
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,rss="], capture_output=True, text=True, check=True).stdout
    children: dict[int, list[int]] = defaultdict(list)
    resident: dict[int, int] = {}
    for line in listing.splitlines():
        pid, parent, kilobytes = (int(field) for field in line.split())
        children[parent].append(pid)
        resident[pid] = kilobytes
    members = [process]
    for member in members:
        members.extend(children[member])
    return {member: resident[member] for member in members if member in resident}
