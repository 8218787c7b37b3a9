"""Processes that a test watches or ends, and conditions for which it waits."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any


def running(pid: int) -> bool:
    """True if a process exists and is not a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def end_now(pids: list[int]) -> list[int]:
    """End the last of these processes, and return the others."""
    *others, last = pids
    os.kill(last, signal.SIGKILL)
    return others


def wait_until(condition: Any, *, within_s: float = 60) -> None:
    """Return as soon as the condition holds."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "the condition did not hold in time"
        threading.Event().wait(0.01)
