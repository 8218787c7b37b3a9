"""Whether anything changed in folders, asked of Linux's inotify without waiting.

The kernel queues a change before the call that made it returns, so a question asked afterwards cannot miss it.
Libraries that watch folders report it some milliseconds later, from their own thread: too late for the next request.
"""

from __future__ import annotations

import ctypes
import os
import sys

#: What counts, of <sys/inotify.h>: modified, attributes (mtime), written and closed, moved, created, deleted, moved or
#: deleted itself. A queue that has overflowed says so by an event, which counts as any other.
_CHANGES = 0x002 | 0x004 | 0x008 | 0x040 | 0x080 | 0x100 | 0x200 | 0x400 | 0x800
#: Of <linux/magic.h>: file systems that nobody changes but through this kernel (ext2 to ext4, XFS, Btrfs, tmpfs,
#: overlay, F2FS, ZFS, bcachefs). Shared and network folders do not report what their other users save.
_LOCAL = frozenset((0xEF53, 0x58465342, 0x9123683E, 0x01021994, 0x794C7630, 0xF2F52010, 0x2FC12FC1, 0xCA451A4E))
_READ = 64 * 1024


class UnwatchableError(Exception):
    """This system, or this folder's file system, does not report changes."""


class FolderWatch:
    """Watches the paths added to it, a folder without the folders in it."""

    def __init__(self) -> None:
        """Raises UnwatchableError where the system has no inotify, or no more of it to give."""
        if sys.platform != "linux":
            raise UnwatchableError(f"{sys.platform} has no inotify")
        self._library = ctypes.CDLL(None, use_errno=True)
        self._queue: int = self._library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._queue < 0:
            raise _failure("inotify_init1")

    def add(self, path: str) -> None:
        """Watch a folder, or a file by itself. Raises UnwatchableError."""
        if self._kind(path) not in _LOCAL:
            raise UnwatchableError(f"{path} is on a file system that may change without a report")
        if self._library.inotify_add_watch(self._queue, os.fsencode(path), _CHANGES) < 0:
            raise _failure(path)

    def changed(self) -> bool:
        """Whether something has changed since the last time that this was asked."""
        seen = False
        try:
            while os.read(self._queue, _READ):
                seen = True
        except BlockingIOError:
            pass
        return seen

    def close(self) -> None:
        """Watch nothing any more."""
        os.close(self._queue)

    def _kind(self, path: str) -> int:
        """The file system's magic number, the first field of statfs; 0 where it cannot be had."""
        status = (ctypes.c_ulong * 64)()
        found = self._library.statfs(os.fsencode(path), ctypes.byref(status)) == 0
        return int(status[0]) & 0xFFFFFFFF if found else 0


def _failure(what: str) -> UnwatchableError:
    return UnwatchableError(f"{what}: {os.strerror(ctypes.get_errno())}")
