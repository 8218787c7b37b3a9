"""Another revision of this repository, to be measured beside this one with the same interpreter and dependencies."""

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
#: What `make bench` compares with; BENCH_REVISION names another revision.
REVISION = os.environ.get("BENCH_REVISION", "a5837ca")
_DISTRIBUTIONS = ("packages/aws-rules", "packages/sandbox", "packages/doctor", "components")


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """A temporary worktree of the revision. Raises RuntimeError where it is not in this clone."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        added = _git("worktree", "add", "--detach", "--quiet", str(tree), revision)
        if added.returncode:
            raise RuntimeError(f"revision {revision} cannot be checked out: {added.stderr.strip()}")
        try:
            yield tree
        finally:
            _git("worktree", "remove", "--force", str(tree))


def environment_of(tree: Path) -> dict[str, str]:
    """The environment in which Python takes this repository's packages from a worktree."""
    return {"PYTHONPATH": os.pathsep.join(str(tree / each) for each in _DISTRIBUTIONS)}


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
