"""An older revision of this repository in a folder, and a process in which its programs find its own modules."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: What of the present checkout may run beside an older program: it is not one of the program's modules.
_BESIDE = ("tests", "tools", ".venv")


def extract(revision: str, folder: Path) -> Path:
    """Write the files of a revision into the folder. Raises SystemExit with git's words for one that is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder.with_suffix(".tar")
    done = subprocess.run(
        ["git", "-C", ROOT, "archive", "--output", archive, revision], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"git archive {revision}: {done.stderr.strip()}")
    with tarfile.open(archive) as files:
        files.extractall(folder, filter="data")
    archive.unlink()
    return folder


def import_from(root: Path) -> None:
    """From here on, programs of this process import what lies below this root.

    To be called when the present checkout's helpers are loaded, and before any program runs. Packages of the
    checkout that are installed are found last, so a module that this root has is taken from it. Helpers keep what they
    have imported of the present checkout (the recorder); the program imports it again, from the root.
    """
    if root != ROOT:
        for name in _strangers():
            del sys.modules[name]
    # A package that is installed by itself has a pyproject.toml beside it.
    sources = {root, *(file.parent for file in root.rglob("pyproject.toml") if "node_modules" not in file.parts)}
    sys.path[:0] = [str(root), *sorted(str(source) for source in sources - {root})]


def refuse_strangers(root: Path) -> None:
    """Raise SystemExit where a program below this root was run with a module of the present checkout."""
    if root == ROOT:
        return
    if strangers := _strangers():
        raise SystemExit(f"the program of {root} ran with modules of {ROOT}: {', '.join(sorted(strangers))}")


def _strangers() -> list[str]:
    """The loaded modules of the present checkout that a program could be using."""
    return [
        name
        for name, module in sys.modules.items()
        if (origin := getattr(module, "__file__", None))
        and Path(origin).is_relative_to(ROOT)
        and Path(origin).relative_to(ROOT).parts[0] not in _BESIDE
    ]
