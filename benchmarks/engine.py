"""The real engine with the program and an empty sandbox: preview, first up, an up without changes, destroy."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from benchmarks.processes import resident_mb, running
from benchmarks.revision import REVISION, checked_out, environment_of
from cross_account_sandbox.engine_plugin.launcher import write_launcher
from tests.engine.cli import find_cli
from tests.engine.stacks import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).resolve().parents[1]


def report() -> Iterator[tuple[str, str]]:
    """Report each operation's time, the resources, and the peak memory of the CLI, its plugins and the program."""
    cli = find_cli()
    if cli is None:
        raise RuntimeError("no Pulumi CLI was found: run `make engine`")
    command = [sys.executable, "-m", "cross_account_sandbox", "serve", "--empty", "--port", "0", "--json"]
    with (
        tempfile.TemporaryDirectory() as folder,
        running(command, folder=_ROOT, stdout=subprocess.PIPE) as process,
        _Peak() as peak,
    ):
        assert process.stdout is not None  # noqa: S101 - asked for above
        endpoint = str(json.loads(process.stdout.readline())["endpoint"])
        path = Path(folder)
        stack = Engine(cli, path, write_launcher(path / "bin")).stack(endpoint=endpoint)
        for name, operation in {
            "preview": stack.preview,
            "first up": stack.up,
            "up without a change": stack.up,
            "refresh": stack.refresh,
        }.items():
            began, used = time.monotonic(), _cpu_seconds()
            operation()
            yield name, f"{time.monotonic() - began:.2f} s, {_cpu_seconds() - used:.2f} s of CPU"
        yield "resources", str(len(stack.resources))
        with checked_out(REVISION) as tree:
            # That revision's plugins for the engine, with this revision's program and sandbox.
            os.environ.update(environment_of(tree))
            for _ in range(2):  # the first run compiles it
                used = _cpu_seconds()
                stack.up()
            del os.environ["PYTHONPATH"]
            yield f"up without changes, plugins of {REVISION}", f"{_cpu_seconds() - used:.2f} s of CPU"
        began = time.monotonic()
        stack.destroy()
        yield "destroy", f"{time.monotonic() - began:.2f} s"
        sandbox, _ = resident_mb(process.pid)
    yield "peak memory of program, CLI and plugins", f"{peak.megabytes} MB"
    yield "sandbox at the end", f"{sandbox} MB"


def _cpu_seconds() -> float:
    """CPU time of this process, in which the program runs, and of the ended processes of the CLI and the plugins."""
    spent = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in spent)


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
