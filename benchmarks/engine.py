"""The real engine with the program and an empty sandbox: preview, first up, an up without changes, destroy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from benchmarks.one_up import spent_cpu
from benchmarks.processes import resident_mb, running
from benchmarks.revision import REVISION, checked_out, environment_of
from cross_account_sandbox.engine_plugin.launcher import write_launcher
from tests.engine.cli import find_cli
from tests.engine.stacks import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Measured `up`s without a change of each revision.
_UPS = 6
_ROOT = Path(__file__).resolve().parents[1]


def report() -> Iterator[tuple[str, str]]:
    """Report each operation's time, the resources, and the peak memory of the CLI, its plugins and the program."""
    cli = find_cli()
    if cli is None:
        raise RuntimeError("no Pulumi CLI was found: run `make engine`")
    with tempfile.TemporaryDirectory() as folder, _empty_sandbox() as (process, endpoint), _Peak() as peak:
        path = Path(folder)
        stack = Engine(cli, path, write_launcher(path / "bin")).stack(endpoint=endpoint)
        for name, operation in {
            "preview": stack.preview,
            "first up": stack.up,
            "up without a change": stack.up,
            "refresh": stack.refresh,
        }.items():
            began, used = time.monotonic(), spent_cpu()
            operation()
            yield name, f"{time.monotonic() - began:.2f} s, {spent_cpu() - used:.2f} s of CPU"
        yield "resources", str(len(stack.resources))
        began = time.monotonic()
        stack.destroy()
        yield "destroy", f"{time.monotonic() - began:.2f} s"
        sandbox, _ = resident_mb(process.pid)
    yield "peak memory of program, CLI and plugins", f"{peak.megabytes} MB"
    yield "sandbox at the end", f"{sandbox} MB"
    with _empty_sandbox() as (_, endpoint), checked_out(REVISION) as tree, tempfile.TemporaryDirectory() as folder:
        then, now = _least_cpu({tree: Path(folder, "then"), _ROOT: Path(folder, "now")}, endpoint)
    yield (
        "up without a change, CPU of CLI, plugins and program",
        f"{then:.2f} / {now:.2f} s, ratio {now / then:.2f} ({REVISION} / this revision, each with its own program)",
    )


@contextmanager
def _empty_sandbox() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """An empty sandbox in its own process, and its endpoint."""
    command = [sys.executable, "-m", "cross_account_sandbox", "serve", "--empty", "--port", "0", "--json"]
    with running(command, folder=_ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None  # noqa: S101 - asked for above
        yield process, str(json.loads(process.stdout.readline())["endpoint"])


def _least_cpu(folders: Mapping[Path, Path], endpoint: str) -> list[float]:
    """The least CPU seconds of some `up`s without a change, for each revision's tree; the first `up` deploys.

    The revisions take turns, because other work on the machine changes.
    """
    used = [[_up_cpu(tree, folder, endpoint) for tree, folder in folders.items()] for _ in range(1 + _UPS)]
    return [min(of_tree) for of_tree in zip(*used[1:], strict=True)]


def _up_cpu(tree: Path, folder: Path, endpoint: str) -> float:
    packages = environment_of(tree)["PYTHONPATH"]
    command = [sys.executable, "-m", "benchmarks.one_up", str(tree), str(folder), endpoint]
    environment = {**os.environ, "PYTHONPATH": packages, "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(command, cwd=_ROOT, env=environment, check=True, capture_output=True, text=True)
    return float(done.stdout)


class _Peak:
    """Measures the memory of this process and its descendants while the context is open, without the sandbox."""

    megabytes = 0

    def __enter__(self) -> Self:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            self.megabytes = max(self.megabytes, resident_mb(os.getpid())[1])
