"""The sandbox for its user: `cross-account-sandbox serve`, from the start to warm requests."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.load import latency_ms, requests_a_second
from benchmarks.processes import resident_mb, running, until_answered

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).resolve().parents[1]


def report() -> Iterator[tuple[str, str]]:
    """Report figures for each runtime. The first start warms the disk caches and is not counted."""
    _figures("python", measured=False)
    for runtime in ("python", "nodejs"):
        for figure, value in _figures(runtime, measured=True):
            yield f"{runtime}: {figure}", value


def _figures(runtime: str, *, measured: bool) -> list[tuple[str, str]]:
    command = [
        sys.executable,
        "-m",
        "cross_account_sandbox",
        "serve",
        "--port",
        "0",
        "--json",
        "-c",
        f"runtime={runtime}",
    ]
    # Above the stage's limit of 1000 requests per second, this would measure its throttling.
    command += ["-c", "throttlingRateLimit=100000", "-c", "throttlingBurstLimit=100000"]
    began = time.monotonic()
    with running(command, folder=_ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101 - asked for above
        url = str(json.loads(process.stdout.readline())["localUrl"]) + "/"
        until_answered(url)
        answered = time.monotonic() - began
        if not measured:
            return []
        median, slowest = latency_ms(url)
        one, eight = requests_a_second(url, 1), requests_a_second(url, 8)
        own, family = resident_mb(process.pid)
    return [
        ("start to first answer", f"{answered:.2f} s"),
        ("warm request, p50 / p99", f"{median:.2f} / {slowest:.2f} ms"),
        ("requests per second, 1 / 8 clients", f"{one:.0f} / {eight:.0f}"),
        ("resident memory, own / with functions", f"{own} / {family} MB"),
    ]
