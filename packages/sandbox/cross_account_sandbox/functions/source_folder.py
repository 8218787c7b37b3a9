"""A folder that a function's code is taken from while it is being edited: a saved change is the next code."""

from __future__ import annotations

import asyncio
import hashlib
import os

from cross_account_sandbox.functions.folder_watch import FolderWatch, UnwatchableError


class SourceFolder:
    """Tells states of the folder apart by the names, times and sizes of its files. Use from the event loop only.

    An invocation costs the same for a folder of any size: it is looked through, beside the event loop, only after a
    change was reported. Where changes are not reported it is looked through for each invocation, or once for those
    that arrive together.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = asyncio.Lock()
        self._watch: FolderWatch | None = None
        self._identity: tuple[int, int] | None = None
        self._state = ""
        self._looks = 0

    async def state(self) -> str:
        """Differs from the last one if a file was added, removed or saved before this was called.

        Hidden files and __pycache__ do not count: editors and interpreters write them.
        """
        looks = self._looks
        async with self._lock:
            # A look that began after this call has seen what this call must see.
            if self._looks == looks and self._may_have_changed():
                self._looks += 1
                self._state = await asyncio.to_thread(self._look)
            return self._state

    def close(self) -> None:
        """Watch the folder no more."""
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    def _may_have_changed(self) -> bool:
        # That a folder above was moved, or a link to this one, is not reported: its path leads to another one then.
        return self._watch is None or self._watch.changed() or _identity(self._path) != self._identity

    def _look(self) -> str:
        """Look through the folder; each part of it is watched before it is read."""
        self.close()
        self._identity = _identity(self._path)
        try:
            self._watch = FolderWatch()
            return _digest(self._path, self._watch)
        except UnwatchableError:
            self.close()
            return _digest(self._path, None)


def _identity(folder: str) -> tuple[int, int] | None:
    try:
        status = os.stat(folder)  # noqa: PTH116 - scandir's own texts, thousands of them
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _digest(folder: str, watch: FolderWatch | None) -> str:
    entries: list[str] = []
    _read(folder, watch, entries, set())
    return hashlib.sha256("\0".join(sorted(entries)).encode("utf-8", "surrogateescape")).hexdigest()


def _read(folder: str, watch: FolderWatch | None, entries: list[str], read: set[tuple[int, int] | None]) -> None:
    """Note what the folder holds, unless it is one of those `read`: a link may lead back to one.

    Raises UnwatchableError, and no other OSError.
    """
    if watch is not None:
        watch.add(folder)
    identity = _identity(folder)
    if identity in read:
        entries.append(folder)
        return
    read.add(identity)
    try:
        with os.scandir(folder) as files:
            found = [file for file in files if not file.name.startswith(".") and file.name != "__pycache__"]
    except OSError as error:
        entries.append(f"{folder}:{error}")
        return
    for file in found:
        try:
            if file.is_dir():
                _read(file.path, watch, entries, read)
                continue
            status = file.stat()
        except OSError as error:  # a link to nothing, or a file that an editor replaces just now
            entries.append(f"{file.path}:{error}")
            continue
        if watch is not None and (file.is_symlink() or status.st_nlink > 1):
            # It can be saved by another name, outside the folders that are watched.
            watch.add(file.path)
        entries.append(f"{file.path}:{status.st_mtime_ns}:{status.st_size}")
