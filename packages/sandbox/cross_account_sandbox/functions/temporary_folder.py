"""A temporary folder of this process; the next start removes one that a killed sandbox left behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import threading
from pathlib import Path

_PREFIX = "cross-account-sandbox-"
#: Node.js looks for these in every folder above a module, but on Lambda there is nothing above /var/task.
_SEEN_FROM_BELOW = ("node_modules", "package.json")


class TemporaryFolder:
    """Created on first use and locked while the process runs: any process that gets the lock can remove it."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._descriptor = -1
        self._guard = threading.Lock()

    @property
    def path(self) -> Path:
        """The folder, created on first use."""
        with self._guard:
            while self._path is None:
                made = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_base()))
                self._descriptor = _locked(made)
                # Before it was locked, another start could have removed it as abandoned.
                self._path = made if self._descriptor >= 0 and made.is_dir() else None
            return self._path

    def close(self) -> None:
        """Remove the folder and its contents."""
        with self._guard:
            if self._path is not None:
                remove_tree(self._path)
                os.close(self._descriptor)
                self._path = None


def remove_abandoned() -> None:
    """Remove the folders of killed sandboxes, but not those of running sandboxes or other users."""
    for base in _bases():
        for folder in base.glob(f"{_PREFIX}*"):
            descriptor = _locked(folder)
            if descriptor >= 0:
                remove_tree(folder)
                os.close(descriptor)


def remove_tree(folder: Path) -> None:
    """Remove a folder, including its read-only subfolders; ignores files that cannot be removed."""
    for parent, names, _ in os.walk(folder):
        for path in (parent, *(os.path.join(parent, name) for name in names)):  # noqa: PTH118 - os.walk yields strings
            with contextlib.suppress(OSError):
                if not os.path.islink(path):  # noqa: PTH114 - as above
                    os.chmod(path, 0o700)  # noqa: PTH101 - as above
    shutil.rmtree(folder, ignore_errors=True)


def _locked(folder: Path) -> int:
    """A descriptor that holds the folder's lock until it is closed; -1 if another process holds the lock."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return -1
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return -1
    return descriptor


def _bases() -> list[Path]:
    """Folders for temporary files; the system's default is first."""
    known = dict.fromkeys((tempfile.gettempdir(), "/var/tmp", "/dev/shm"))  # noqa: S108 - holds a private folder
    return [Path(each) for each in known if os.access(each, os.W_OK | os.X_OK)]


def _base() -> Path:
    """The first folder without modules above it that Lambda would not have; otherwise the system's default."""
    bases = _bases() or [Path(tempfile.gettempdir())]
    return next((each for each in bases if not _sees_modules(each)), bases[0])


def _sees_modules(folder: Path) -> bool:
    real = folder.resolve()
    return any((parent / name).exists() for parent in (real, *real.parents) for name in _SEEN_FROM_BELOW)
