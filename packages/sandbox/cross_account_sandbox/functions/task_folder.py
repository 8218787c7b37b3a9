"""The folder in which a function runs, as /var/task on Lambda: a read-only copy of its code, with nothing above it."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import tempfile
from pathlib import Path

from cross_account_sandbox.functions.temporary_folder import TemporaryFolder, remove_tree

#: How many times to try to copy a folder that changes during the copy: editors replace files when they save them.
_TRIES = 3


class TaskFolder:
    """One copy for all environments of one code and configuration, created when the first of them starts.

    Code never runs in the developer's folder or in an unpacked archive: a function writes only to its own copy.
    Use from the event loop only.
    """

    def __init__(self, source: str, parent: TemporaryFolder) -> None:
        self._source = Path(source)
        self._parent = parent
        self._copy: asyncio.Task[Path] | None = None

    async def path(self) -> str:
        """Return the path of the copy. Raises OSError if the code cannot be copied."""
        if self._copy is None or _failed(self._copy):
            self._copy = asyncio.create_task(asyncio.to_thread(self._make))
        return str(await asyncio.shield(self._copy))

    async def remove(self) -> None:
        """Delete the copy. No environment can still be running in it."""
        if self._copy is not None and self._copy.done() and not _failed(self._copy):
            await asyncio.to_thread(remove_tree, self._copy.result().parents[1])

    def _make(self) -> Path:
        root = Path(tempfile.mkdtemp(dir=self._parent.path))
        copy = root / "var" / "task"
        for attempt in range(1, _TRIES + 1):
            try:
                shutil.copytree(self._source, copy, ignore_dangling_symlinks=True)
            except OSError as error:  # includes shutil.Error, which lists each file that could not be copied and why
                remove_tree(copy)
                if attempt == _TRIES or not self._source.is_dir():
                    remove_tree(root)
                    raise OSError(f"cannot copy the code in {self._source}: {error}") from error
            else:
                break
        _write_protect(copy)
        return copy


def _failed(copy: asyncio.Task[Path]) -> bool:
    return copy.done() and (copy.cancelled() or copy.exception() is not None)


def _write_protect(folder: Path) -> None:
    """Remove all write permissions. root does not need them, so its functions drop that privilege (process.py)."""
    for parent, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(parent, name)  # noqa: PTH118 - os.walk yields strings
            os.chmod(path, stat.S_IMODE(os.stat(path).st_mode) & ~0o222)  # noqa: PTH101, PTH116 - as above
        os.chmod(parent, 0o555)  # noqa: PTH101, S103 - as above; the developer could read the source
