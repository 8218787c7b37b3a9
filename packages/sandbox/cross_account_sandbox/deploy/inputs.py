"""What a deployment was made from: the files that the program read, so that a change of one can start the next.

The files are those that Python opened while the program ran, imports included; not those of Python and of installed
packages, and not those of functions that run from their folder, which are live without a deployment.
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

#: Of the state of a file: None where there is none.
Signature = list[int] | None
_SKIPPED_PARTS = frozenset({".git", ".venv", "venv", "node_modules", "__pycache__", "site-packages", ".pulumi"})
_SYSTEM = ("/proc", "/sys", "/dev", "/etc", "/usr", "/lib", "/System", "/Library")


class Inputs:
    """Files and listed folders, each with its state when it was read. A state is compared with `changed`."""

    def __init__(self, files: Mapping[str, Signature], folders: Mapping[str, list[str]] | None = None) -> None:
        self.files = dict(files)
        self.folders = dict(folders or {})

    @classmethod
    def of(cls, files: Iterable[Path]) -> Inputs:
        """These files as they are now."""
        return cls({str(file): signature(str(file)) for file in files})

    def __or__(self, other: Inputs) -> Inputs:
        """Both; of a file in both the other's state."""
        return Inputs({**self.files, **other.files}, {**self.folders, **other.folders})

    def now(self) -> Inputs:
        """The same files and folders in the state in which they are now."""
        return Inputs({path: signature(path) for path in self.files}, {path: listing(path) for path in self.folders})

    def changed(self) -> list[str]:
        """The files and folders whose state is another one now."""
        files = [path for path, state in self.files.items() if signature(path) != state]
        return files + [path for path, names in self.folders.items() if listing(path) != names]

    def places(self) -> list[Path]:
        """The folders to watch: of each file its own, or where that is missing the nearest above."""
        folders = (*(Path(path).parent for path in self.files), *map(Path, self.folders))
        return sorted({_existing(folder) for folder in folders})

    def as_json(self) -> dict[str, Any]:
        """For another process."""
        return {"files": self.files, "folders": self.folders}

    @classmethod
    def from_json(cls, described: Mapping[str, Any]) -> Inputs:
        """What `as_json` described."""
        return cls(described["files"], described["folders"])


def signature(path: str) -> Signature:
    """The state of a file, by which a change is recognized."""
    try:
        state = Path(path).stat()
    except OSError:
        return None
    return [state.st_mtime_ns, state.st_size, state.st_ino]


def listing(path: str) -> list[str]:
    """What a folder holds, but for what editors and Python put there."""
    try:
        names = [entry.name for entry in Path(path).iterdir()]
    except OSError:
        return []
    return sorted(name for name in names if not name.startswith(".") and name not in _SKIPPED_PARTS and name[-1] != "~")


def record() -> Recorder:
    """Note from now on, until the process ends, what is read."""
    recorder = Recorder()
    sys.addaudithook(recorder.hear)
    return recorder


class Recorder:
    """Listens to Python's own audit events, in every thread but the one that records: programs run in others."""

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
        """An audit event. Those of the recording thread and of this method itself are left out."""
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
        """What was read so far, and the modules that these folders of programs do not have yet.

        Without what lies in the folders `live`, unless a program imported it.
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
            # The import system lists folders to find modules: what else is in them is not an input.
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
