"""Runs a Pulumi project's program in this process, as its language host would in one of its own."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def run_project(project: Path) -> None:
    """Run a project's `__main__.py` as its language host would, and forget the modules of its folder after that.

    Modules of a folder from which this process imports anyway, such as this repository's root, are not its own.
    """
    before = set(sys.modules)
    shared = str(project) in sys.path
    sys.path.insert(0, str(project))
    try:
        runpy.run_path(str(project / "__main__.py"), run_name="__main__")
    finally:
        sys.path.remove(str(project))
        if not shared:
            for module in set(sys.modules) - before:
                origin = getattr(sys.modules[module], "__file__", None)
                if origin and Path(origin).is_relative_to(project):
                    del sys.modules[module]
