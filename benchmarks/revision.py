"""Another revision of this repository, to measure with the same interpreter and dependencies as this one."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
#: The revision that `make bench` compares with; BENCH_REVISION names another one.
REVISION = os.environ.get("BENCH_REVISION", "a5837ca")
_DISTRIBUTIONS = ("packages/aws-rules", "packages/sandbox", "packages/doctor", "components")


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """A temporary worktree of the revision. Raises RuntimeError if this clone does not have it."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        added = _git("worktree", "add", "--detach", "--quiet", str(tree), revision)
        if added.returncode:
            raise RuntimeError(f"cannot check out revision {revision}: {added.stderr.strip()}")
        try:
            yield tree
        finally:
            _git("worktree", "remove", "--force", str(tree))


def environment_of(tree: Path) -> dict[str, str]:
    """The environment variables with which Python imports this repository's packages from a worktree."""
    return {"PYTHONPATH": os.pathsep.join(str(tree / each) for each in _DISTRIBUTIONS)}


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
