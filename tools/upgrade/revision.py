"""An older revision of this repository in a folder, and a process whose programs import that revision's modules."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Packages of the current checkout that can run with an older program, because programs do not import them.
_BESIDE = ("tests", "tools", ".venv")


def extract(revision: str, folder: Path) -> Path:
    """Write the files of a revision into the folder. Raises SystemExit with Git's message for an unknown revision."""
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
    """From now on, programs in this process import modules from below this root.

    Call this after loading the current checkout's helpers and before running any program. The checkout's installed
    packages are found last, so modules that exist below the root are imported from there. Helpers (the recorder) keep
    the modules that they imported from the current checkout; the program imports them again from the root.
    """
    if root != ROOT:
        for name in _strangers():
            del sys.modules[name]
    # A package that is installed separately has a pyproject.toml next to it.
    sources = {root, *(file.parent for file in root.rglob("pyproject.toml") if "node_modules" not in file.parts)}
    sys.path[:0] = [str(root), *sorted(str(source) for source in sources - {root})]


def refuse_strangers(root: Path) -> None:
    """Raise SystemExit if a program below this root ran with a module of the current checkout."""
    if root == ROOT:
        return
    if strangers := _strangers():
        raise SystemExit(f"the program of {root} ran with modules of {ROOT}: {', '.join(sorted(strangers))}")


def _strangers() -> list[str]:
    """The loaded modules of the current checkout that a program could use."""
    return [
        name
        for name, module in sys.modules.items()
        if (origin := getattr(module, "__file__", None))
        and Path(origin).is_relative_to(ROOT)
        and Path(origin).relative_to(ROOT).parts[0] not in _BESIDE
    ]
