"""A temporary folder of this process; one that a killed sandbox left is removed by the next start."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
import threading
from pathlib import Path

_PREFIX = "cross-account-sandbox-"
#: Node.js looks for these in every folder above a module, and Lambda has nothing above /var/task.
_SEEN_FROM_BELOW = ("node_modules", "package.json")


class TemporaryFolder:
    """Made at its first use, and locked while the process lives: whichever process gets the lock may remove it."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._descriptor = -1
        self._guard = threading.Lock()

    @property
    def path(self) -> Path:
        """The folder."""
        with self._guard:
            while self._path is None:
                made = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=_base()))
                self._descriptor = _locked(made)
                # Another start may have taken it for one that was left, before it was locked.
                self._path = made if self._descriptor >= 0 and made.is_dir() else None
            return self._path

    def close(self) -> None:
        """Remove it with all that is in it."""
        with self._guard:
            if self._path is not None:
                remove_tree(self._path)
                os.close(self._descriptor)
                self._path = None


def remove_abandoned() -> None:
    """Remove the folders of sandboxes that were killed. Those of running ones, and of other users, stay."""
    for base in _bases():
        for folder in base.glob(f"{_PREFIX}*"):
            descriptor = _locked(folder)
            if descriptor >= 0:
                remove_tree(folder)
                os.close(descriptor)


def remove_tree(folder: Path) -> None:
    """Remove a folder, read-only folders in it as well; whatever cannot be removed stays."""
    for parent, names, _ in os.walk(folder):
        for path in (parent, *(os.path.join(parent, name) for name in names)):  # noqa: PTH118 - os.walk's own texts
            with contextlib.suppress(OSError):
                if not os.path.islink(path):  # noqa: PTH114 - as above
                    os.chmod(path, 0o700)  # noqa: PTH101 - as above
    shutil.rmtree(folder, ignore_errors=True)


def _locked(folder: Path) -> int:
    """A descriptor that holds the folder's lock until it is closed; -1 where another process holds it."""
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
    """Folders for temporary files, the system's own first."""
    known = dict.fromkeys((tempfile.gettempdir(), "/var/tmp", "/dev/shm"))  # noqa: S108 - a private folder is made in it
    return [Path(each) for each in known if os.access(each, os.W_OK | os.X_OK)]


def _base() -> Path:
    """The first one with no modules above it that Lambda would not have; the system's own where each has some."""
    bases = _bases() or [Path(tempfile.gettempdir())]
    return next((each for each in bases if not _sees_modules(each)), bases[0])


def _sees_modules(folder: Path) -> bool:
    real = folder.resolve()
    return any((parent / name).exists() for parent in (real, *real.parents) for name in _SEEN_FROM_BELOW)
