"""Wheels of this repository's distributions, and environments that have nothing else of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def build_wheels(folders: Iterable[str], *, sources: Path, into: Path) -> None:
    """Build these distributions; they name aws-rules by its address in that folder."""
    copies = [sources / folder for folder in folders]
    for copy in copies:  # A build leaves files in its folder.
        original = ROOT / copy.relative_to(sources)
        shutil.copytree(original, copy, ignore=shutil.ignore_patterns("node_modules", "tests", "build"))
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--wheel-dir", str(into)]
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, *map(str, copies)],
        check=True,
        env={**os.environ, "WHEELS_URL": into.as_uri()},
    )


def environment_of(folder: Path, *requirements: str) -> Path:
    """A virtual environment with these requirements alone; its Python.

    Other people's packages come from this environment: no index is asked. Its editable installs do not come along.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*install, *requirements], check=True)
    libraries = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    )
    # Links, not a .pth file, which the processes of functions do not read.
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        link = Path(libraries.stdout.strip(), entry.name)
        if not entry.name.startswith(("__editable__", "cross_account")) and not link.exists():
            link.symlink_to(entry)
    return python
