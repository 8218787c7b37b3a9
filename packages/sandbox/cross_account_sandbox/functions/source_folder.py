"""A folder in which a function's code is edited: the next invocation runs the saved changes."""

from __future__ import annotations

import asyncio
import hashlib
import os

from cross_account_sandbox.functions.folder_watch import FolderWatch, UnwatchableError


class SourceFolder:
    """Distinguishes states of the folder by the names, times and sizes of its files. Use from the event loop only.

    The cost of an invocation does not depend on the folder's size: the folder is scanned, in another thread, only after
    a reported change. If changes are not reported, it is scanned for each invocation, or once for invocations that
    arrive together.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = asyncio.Lock()
        self._watch: FolderWatch | None = None
        self._identity: tuple[int, int] | None = None
        self._state = ""
        self._changed = True
        self._looks = 0

    def known_state(self) -> str | None:
        """Return the state if no file has changed since the last scan; None if `state` has to scan the folder."""
        if self._lock.locked():
            return None
        # A reported change is reported once, so it is kept until a scan.
        self._changed = self._changed or self._may_have_changed()
        return None if self._changed else self._state

    async def state(self) -> str:
        """Return a digest that differs from the last one if a file was added, removed or saved before this call.

        Hidden files and __pycache__ do not count: editors and interpreters write them.
        """
        looks = self._looks
        async with self._lock:
            # A scan that began after this call includes every change that this call must see.
            if self._looks == looks and (self._changed or self._may_have_changed()):
                self._looks += 1
                self._changed = False
                self._state = await asyncio.to_thread(self._look)
            return self._state

    def close(self) -> None:
        """Stop watching the folder."""
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    def _may_have_changed(self) -> bool:
        # inotify does not report a moved parent folder or a changed link; then the path refers to another folder.
        return self._watch is None or self._watch.changed() or _identity(self._path) != self._identity

    def _look(self) -> str:
        """Scan the folder; each part of it is watched before it is read."""
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
        status = os.stat(folder)  # noqa: PTH116 - scandir yields thousands of strings
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _digest(folder: str, watch: FolderWatch | None) -> str:
    entries: list[str] = []
    _read(folder, watch, entries, set())
    return hashlib.sha256("\0".join(sorted(entries)).encode("utf-8", "surrogateescape")).hexdigest()


def _read(folder: str, watch: FolderWatch | None, entries: list[str], read: set[tuple[int, int] | None]) -> None:
    """Add the folder's entries, unless the folder is in `read`: a link can point back to a folder.

    Raises UnwatchableError, but no OSError.
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
        except OSError as error:  # a broken link, or a file that an editor is replacing
            entries.append(f"{file.path}:{error}")
            continue
        if watch is not None and (file.is_symlink() or status.st_nlink > 1):
            # The file can be saved under another name, outside the watched folders.
            watch.add(file.path)
        entries.append(f"{file.path}:{status.st_mtime_ns}:{status.st_size}")
