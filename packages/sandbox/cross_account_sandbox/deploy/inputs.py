"""The inputs of a deployment: the files that the program read. A change of one can start the next deployment.

They are the files that Python opened while the program ran, including imports. Files of Python, of installed packages,
and of functions that run from their folder (which are live without a deployment) are left out.
"""

from __future__ import annotations

import importlib.util
import os
import site
import sys
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

#: The type of a file's state; None for a missing file.
Signature = list[int] | None
_SKIPPED_PARTS = frozenset({".git", ".venv", "venv", "node_modules", "__pycache__", "site-packages", ".pulumi"})
_SYSTEM = ("/proc", "/sys", "/dev", "/etc", "/usr", "/lib", "/System", "/Library")


class Inputs:
    """Files and listed folders, each with its state when it was read. `changed` compares the states."""

    def __init__(self, files: Mapping[str, Signature], folders: Mapping[str, list[str]] | None = None) -> None:
        self.files = dict(files)
        self.folders = dict(folders or {})

    @classmethod
    def of(cls, files: Iterable[Path]) -> Inputs:
        """These files as they are now."""
        return cls({str(file): signature(str(file)) for file in files})

    def __or__(self, other: Inputs) -> Inputs:
        """Join both; a file that is in both has the other's state."""
        return Inputs({**self.files, **other.files}, {**self.folders, **other.folders})

    def now(self) -> Inputs:
        """The same files and folders in their current state."""
        return Inputs({path: signature(path) for path in self.files}, {path: listing(path) for path in self.folders})

    def changed(self) -> list[str]:
        """The files and folders whose state has changed."""
        files = [path for path, state in self.files.items() if signature(path) != state]
        return files + [path for path, names in self.folders.items() if listing(path) != names]

    def places(self) -> list[Path]:
        """The folders to watch: the folder of each file, or its nearest existing parent if it is missing."""
        folders = (*(Path(path).parent for path in self.files), *map(Path, self.folders))
        return sorted({_existing(folder) for folder in folders})

    def as_json(self) -> dict[str, Any]:
        """The inputs as JSON, for another process."""
        return {"files": self.files, "folders": self.folders}

    @classmethod
    def from_json(cls, described: Mapping[str, Any]) -> Inputs:
        """The inputs that `as_json` describes."""
        return cls(described["files"], described["folders"])


def signature(path: str) -> Signature:
    """The state of a file, used to detect a change."""
    try:
        state = Path(path).stat()
    except OSError:
        return None
    return [state.st_mtime_ns, state.st_size, state.st_ino]


def listing(path: str) -> list[str]:
    """The contents of a folder, without the files that editors and Python create there."""
    try:
        names = [entry.name for entry in Path(path).iterdir()]
    except OSError:
        return []
    return sorted(name for name in names if not name.startswith(".") and name not in _SKIPPED_PARTS and name[-1] != "~")


def record() -> Recorder:
    """Record what is read from now on, until the process ends."""
    recorder = Recorder()
    sys.addaudithook(recorder.hear)
    return recorder


class Recorder:
    """Listens to Python's audit events in every thread except the recording one; programs run in the others."""

    def __init__(self) -> None:
        self._files: dict[str, Signature] = {}
        self._folders: dict[str, list[str]] = {}
        self._written: set[str] = set()
        self._imported: set[str] = set()
        self._modules: set[str] = set()
        self._busy = threading.local()
        self._busy.now = True
        own = Path(__file__).resolve().parents[1]
        packages = [*site.getsitepackages(), site.getusersitepackages(), sys.prefix, sys.base_prefix, str(own)]
        self._elsewhere = tuple({f"{place}{os.sep}" for path in packages for place in (path, os.path.realpath(path))})

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Handle an audit event. Events of the recording thread and of this method itself are ignored."""
        if event not in ("open", "os.listdir", "os.scandir", "import") or getattr(self._busy, "now", False):
            return
        self._busy.now = True
        try:
            if event == "import":
                self._imported.add(str(arguments[0]))
            elif isinstance(arguments[0], str):
                caller = sys._getframe(1).f_code.co_filename  # noqa: SLF001 - an audit hook has no other way
                path = os.path.realpath(arguments[0])
                self._note(event, path, arguments[1:], by_import=caller.startswith("<frozen "))
        finally:
            self._busy.now = False

    def inputs(self, programs: Iterable[Path], live: Iterable[str] = ()) -> Inputs:
        """The inputs read so far, and the modules that these program folders do not have yet.

        Files in the folders `live` are left out, unless a program imported them.
        """
        inside = tuple(f"{os.path.realpath(folder)}{os.sep}" for folder in live)

        def kept(path: str) -> bool:
            left_out = path in self._written or f"{path}{os.sep}".startswith(inside)
            return path in self._modules or not left_out

        missing = {
            os.path.realpath(folder / name)
            for module in self._imported - sys.modules.keys()
            for folder in programs
            for path in (module.replace(".", "/"),)
            for name in (f"{path}.py", f"{path}/__init__.py")
        }
        files = {**dict.fromkeys(missing), **self._files}
        return Inputs(
            {path: state for path, state in files.items() if kept(path)},
            {path: names for path, names in self._folders.items() if kept(path)},
        )

    def _note(self, event: str, path: str, rest: tuple[Any, ...], *, by_import: bool) -> None:
        if event != "open":
            # The import system lists folders to find modules; other files in them are not inputs.
            if not by_import and self._counts(path):
                self._folders.setdefault(path, listing(path))
            return
        if path.endswith(".pyc"):
            path = _source_of(path)
        if not self._counts(path):
            return
        if _writes(*rest):
            self._written.add(path)
        elif not Path(path).is_dir():
            self._files.setdefault(path, signature(path))
            if by_import:
                self._modules.add(path)

    def _counts(self, path: str) -> bool:
        return not path.startswith((*self._elsewhere, *_SYSTEM)) and _SKIPPED_PARTS.isdisjoint(Path(path).parts)


def _writes(mode: str | None, flags: int) -> bool:
    if mode is not None:
        return any(sign in mode for sign in "wax+")
    return bool(flags & (os.O_WRONLY | os.O_RDWR))


def _source_of(compiled: str) -> str:
    try:
        return importlib.util.source_from_cache(compiled)
    except ValueError:
        return compiled


def _existing(folder: Path) -> Path:
    while not folder.is_dir():
        folder = folder.parent
    return folder
