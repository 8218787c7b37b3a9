"""The Pulumi CLI for the engine tests: from PATH if it is new enough, otherwise from `make engine`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
from pulumi.automation import PulumiCommand
from semver import VersionInfo

ROOT = Path(__file__).resolve().parents[2]
_BUILT = ROOT / ".cache" / "bin" / "pulumi"
_OLDEST = (3, 200)


@cache
def find_cli() -> Path | None:
    """The CLI's path; None without version 3.200 or newer."""
    on_path = shutil.which("pulumi")
    for candidate in (Path(on_path) if on_path else None, _BUILT):
        if candidate is not None and candidate.exists() and _version(candidate) >= _OLDEST:
            return candidate
    return None


def require(found: Path | None, missing: str) -> Path:
    """Return what a test needs.

    If it is missing, skip the test, or fail it under CI=true, where it must be built first.
    """
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    return found


def command(cli: Path) -> PulumiCommand:
    """The CLI for the Automation API, which otherwise looks for `bin/pulumi` under its own root."""
    made = PulumiCommand.__new__(PulumiCommand)
    made.command = str(cli)
    made.version = VersionInfo(*_version(cli))
    return made


@cache
def _version(cli: Path) -> tuple[int, int]:
    answer = subprocess.run(
        [cli, "version"],
        env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    found = re.match(r"v?(\d+)\.(\d+)", answer)
    return (int(found[1]), int(found[2])) if found else (0, 0)
