"""Detects changes in folders with Linux's inotify, without waiting.

The kernel queues a change before the call that made it returns, so a later check cannot miss it. Libraries that watch
folders report it some milliseconds later from their own thread, which is too late for the next request.
"""

from __future__ import annotations

import ctypes
import os
import sys

#: The watched events of <sys/inotify.h>: modified, attributes (mtime), closed after writing, moved, created, deleted,
#: and the folder itself moved or deleted. A queue overflow is reported as an event and counts like any other.
_CHANGES = 0x002 | 0x004 | 0x008 | 0x040 | 0x080 | 0x100 | 0x200 | 0x400 | 0x800
#: File systems that only this kernel changes, by <linux/magic.h> (ext2 to ext4, XFS, Btrfs, tmpfs, overlay, F2FS, ZFS,
#: bcachefs). Shared and network folders do not report changes made by other machines.
_LOCAL = frozenset((0xEF53, 0x58465342, 0x9123683E, 0x01021994, 0x794C7630, 0xF2F52010, 0x2FC12FC1, 0xCA451A4E))
_READ = 64 * 1024


class UnwatchableError(Exception):
    """The operating system or the folder's file system does not report changes."""


class FolderWatch:
    """Watches the paths added to it; a folder's subfolders are not included."""

    def __init__(self) -> None:
        """Raises UnwatchableError if the system has no inotify or its inotify limit is reached."""
        if sys.platform != "linux":
            raise UnwatchableError(f"{sys.platform} has no inotify")
        self._library = ctypes.CDLL(None, use_errno=True)
        self._queue: int = self._library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._queue < 0:
            raise _failure("inotify_init1")

    def add(self, path: str) -> None:
        """Watch a folder or a single file. Raises UnwatchableError."""
        if self._kind(path) not in _LOCAL:
            raise UnwatchableError(f"{path} is on a file system that can change without inotify events")
        if self._library.inotify_add_watch(self._queue, os.fsencode(path), _CHANGES) < 0:
            raise _failure(path)

    def changed(self) -> bool:
        """Return True if anything has changed since the last call."""
        seen = False
        try:
            while os.read(self._queue, _READ):
                seen = True
        except BlockingIOError:
            pass
        return seen

    def close(self) -> None:
        """Stop watching."""
        os.close(self._queue)

    def _kind(self, path: str) -> int:
        """The file system's magic number, the first field of statfs; 0 if it cannot be read."""
        status = (ctypes.c_ulong * 64)()
        found = self._library.statfs(os.fsencode(path), ctypes.byref(status)) == 0
        return int(status[0]) & 0xFFFFFFFF if found else 0


def _failure(what: str) -> UnwatchableError:
    return UnwatchableError(f"{what}: {os.strerror(ctypes.get_errno())}")
