"""Installs the plugin where the engine looks for it: as the executable `pulumi-resource-aws` in a folder in PATH."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path


def write_launcher(folder: Path) -> Path:
    """Write `pulumi-resource-aws` to the folder, which must be first in the engine's PATH, and return its path.

    It always runs this interpreter, in which the sandbox is installed, regardless of where the engine starts it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    launcher = folder / "pulumi-resource-aws"
    launcher.write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m cross_account_sandbox.engine_plugin "$@"\n',
        encoding="utf-8",
    )
    launcher.chmod(0o755)
    return launcher
