"""Takes root's privilege to write where file modes forbid it from what is started: /var/task is read-only on Lambda."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

T = TypeVar("T")

#: linux/prctl.h and linux/capability.h.
_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE = 1


def unprivileged(start: Callable[[], T]) -> T:
    """Run what starts a process. On Linux, root's process obeys the modes of files; nothing changes for other users."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return start()
    return _thread().submit(start).result()


@cache
def _thread() -> ThreadPoolExecutor:
    """A separate thread: the set of capabilities that a new program may get belongs to the thread that starts it."""
    return ThreadPoolExecutor(1, thread_name_prefix="function-starter", initializer=_drop)


def _drop() -> None:
    # Refused in a container whose root may not change it: then root's functions can write into their own copies.
    ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, 0, 0, 0)
