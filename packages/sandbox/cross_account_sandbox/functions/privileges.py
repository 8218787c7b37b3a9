"""Starts processes without root's privilege to override file modes: on Lambda, /var/task is read-only."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

T = TypeVar("T")

#: Values from linux/prctl.h and linux/capability.h.
_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE = 1


def unprivileged(start: Callable[[], T]) -> T:
    """Run a callable that starts a process.

    On Linux, root's process then obeys file modes; other users are unaffected.
    """
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return start()
    return _thread().submit(start).result()


@cache
def _thread() -> ThreadPoolExecutor:
    """Use a separate thread: the capabilities that a new program can acquire are limited per thread."""
    return ThreadPoolExecutor(1, thread_name_prefix="function-starter", initializer=_drop)


def _drop() -> None:
    # Fails in a container whose root cannot change it; root's functions can then write to their own copies.
    ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, 0, 0, 0)
