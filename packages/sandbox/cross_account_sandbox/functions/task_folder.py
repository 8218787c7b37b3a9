"""The folder that a function runs in, as /var/task on Lambda: its own copy of the code, read-only, nothing above it."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import tempfile
from pathlib import Path

from cross_account_sandbox.functions.temporary_folder import TemporaryFolder, remove_tree

#: How often a folder is copied that changes meanwhile: an editor replaces files as it saves them.
_TRIES = 3


class TaskFolder:
    """One copy for all environments of one code and configuration, made when the first of them starts.

    Neither the developer's folder nor an unpacked archive is ever run: what a function writes stays in its own copy.
    Use from the event loop only.
    """

    def __init__(self, source: str, parent: TemporaryFolder) -> None:
        self._source = Path(source)
        self._parent = parent
        self._copy: asyncio.Task[Path] | None = None

    async def path(self) -> str:
        """The copy. Raises OSError where the code cannot be copied."""
        if self._copy is None or _failed(self._copy):
            self._copy = asyncio.create_task(asyncio.to_thread(self._make))
        return str(await asyncio.shield(self._copy))

    async def remove(self) -> None:
        """Remove the copy; no environment runs in it any more."""
        if self._copy is not None and self._copy.done() and not _failed(self._copy):
            await asyncio.to_thread(remove_tree, self._copy.result().parents[1])

    def _make(self) -> Path:
        root = Path(tempfile.mkdtemp(dir=self._parent.path))
        copy = root / "var" / "task"
        for attempt in range(1, _TRIES + 1):
            try:
                shutil.copytree(self._source, copy, ignore_dangling_symlinks=True)
            except OSError as error:  # shutil.Error is one: what it could not copy, with the reasons
                remove_tree(copy)
                if attempt == _TRIES or not self._source.is_dir():
                    remove_tree(root)
                    raise OSError(f"the code in {self._source} cannot be copied: {error}") from error
            else:
                break
        _write_protect(copy)
        return copy


def _failed(copy: asyncio.Task[Path]) -> bool:
    return copy.done() and (copy.cancelled() or copy.exception() is not None)


def _write_protect(folder: Path) -> None:
    """Take every right to write. root does not need one, so that its functions lose that privilege (process.py)."""
    for parent, _, files in os.walk(folder):
        for name in files:
            path = os.path.join(parent, name)  # noqa: PTH118 - os.walk's own texts
            os.chmod(path, stat.S_IMODE(os.stat(path).st_mode) & ~0o222)  # noqa: PTH101, PTH116 - as above
        os.chmod(parent, 0o555)  # noqa: PTH101, S103 - as above; what is read was the developer's to read
