"""Evaluate a program with 3 and with 300 routes on Pulumi's mocks: time, and resources in the API account."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).resolve().parents[1]
_ROUNDS = 3


def report() -> Iterator[tuple[str, str]]:
    """Report the best of three runs for each number of routes, each in its own process."""
    few, many = _best(3), _best(300)
    yield "3 routes", f"{few['seconds']:.2f} s, {few['resources']} resources in the API account"
    yield "300 routes", f"{many['seconds']:.2f} s, {many['resources']} resources in the API account"
    yield "ratio", f"{many['seconds'] / few['seconds']:.2f}"


def _best(routes: int) -> dict[str, float]:
    runs = []
    for _ in range(_ROUNDS):
        command = [sys.executable, "-m", "benchmarks.routes", str(routes)]
        answer = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=True).stdout
        runs.append(json.loads(answer))
    return min(runs, key=lambda run: float(run["seconds"]))
