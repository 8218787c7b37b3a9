"""Build wheels of this repository's distributions, and environments with only these."""

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
    """Build these distributions; they name aws-rules by its URL in that folder."""
    copies = [sources / folder for folder in folders]
    for copy in copies:  # A build leaves files in the distribution's folder.
        original = ROOT / copy.relative_to(sources)
        shutil.copytree(original, copy, ignore=shutil.ignore_patterns("node_modules", "tests", "build"))
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet", "--wheel-dir", str(into)]
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, *map(str, copies)],
        check=True,
        env={**os.environ, "WHEELS_URL": into.as_uri()},
    )


def environment_of(folder: Path, *requirements: str) -> Path:
    """Create a virtual environment with only these requirements; returns its Python.

    Third-party packages come from the current environment, without its editable installs, so no package index is used.
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
    # Links instead of a .pth file, which the functions' processes do not read.
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        link = Path(libraries.stdout.strip(), entry.name)
        if not entry.name.startswith(("__editable__", "cross_account")) and not link.exists():
            link.symlink_to(entry)
    return python
