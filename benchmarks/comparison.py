"""Compare the sandbox with the bare loop and an earlier revision, in one run on the same machine under the same load.

CPU time is the time of the servers, without their functions' processes and without the clients.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.load import SECONDS, requests_a_second
from benchmarks.processes import cpu_seconds, family, resident_mb, running, until_answered
from benchmarks.revision import REVISION, ROOT, checked_out, environment_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_CLIENTS = (1, 8, 32)
_ROUNDS = 5
# Above the stage's limit of 1000 requests per second, this would measure its throttling.
_UNTHROTTLED = ("-c", "throttlingRateLimit=100000", "-c", "throttlingBurstLimit=100000")
_SERVE = (sys.executable, "-m", "cross_account_sandbox", "serve", "--port", "0", "--json", "-c", "runtime=python")


@dataclass(kw_only=True)
class _Server:
    """A measured server, and its rounds by the number of clients."""

    process: int
    url: str
    start_cpu: float
    cpu_us: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    rate: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    environments: int = 0
    memory_mb: int = 0

    def measure(self, clients: int) -> None:
        before = cpu_seconds(self.process)
        rate = requests_a_second(self.url, clients)
        self.cpu_us[clients].append((cpu_seconds(self.process) - before) / (rate * SECONDS) * 1e6)
        self.rate[clients].append(rate)

    @property
    def with_32_against_8(self) -> float:
        """The rate with 32 clients, relative to that with 8 in the same round: other work changes between rounds."""
        return median(many / few for many, few in zip(self.rate[32], self.rate[8], strict=True))


def report() -> Iterator[tuple[str, str]]:
    """Report each figure for the bare loop, the earlier revision and this one, with the ratio of the last two."""
    with ExitStack() as servers:
        tree = servers.enter_context(checked_out(REVISION))
        bare = _bare(servers)
        then, now = _sandbox(servers, tree), _sandbox(servers, ROOT)
        for _ in range(_ROUNDS):
            for clients in _CLIENTS:
                for server in (bare, then, now):
                    server.measure(clients)
        for server in (then, now):
            server.environments = len(family(server.process)) - 2  # the server and its guardian
            server.memory_mb = resident_mb(server.process)[1]
    yield "compared", f"bare loop / {REVISION} / this revision; the ratio compares the last two"
    yield "CPU from start to first response", _three("s", bare.start_cpu, then.start_cpu, now.start_cpu, digits=2)
    for clients in _CLIENTS:
        figures = (min(server.cpu_us[clients]) for server in (bare, then, now))
        yield f"server's CPU per request, {clients} clients", _three("µs", *figures)
    for clients in _CLIENTS:
        figures = (max(server.rate[clients]) for server in (bare, then, now))
        yield f"requests per second, {clients} clients", _three("", *figures)
    ratios = " / ".join(f"{server.with_32_against_8:.2f}" for server in (bare, then, now))
    yield "requests per second, 32 against 8 clients, median of the rounds", ratios
    yield "environments after 32 clients", f"{then.environments} / {now.environments}"
    yield "memory with them", f"{then.memory_mb} / {now.memory_mb} MB"


def _three(unit: str, bare: float, then: float, now: float, *, digits: int = 0) -> str:
    return f"{bare:.{digits}f} / {then:.{digits}f} / {now:.{digits}f} {unit}".rstrip() + f", ratio {now / then:.2f}"


def _bare(servers: ExitStack) -> _Server:
    command = [sys.executable, "-m", "benchmarks.bare_loop"]
    process = servers.enter_context(running(command, folder=ROOT, stdout=subprocess.PIPE))
    return _answering(process, lambda line: line.strip())


def _sandbox(servers: ExitStack, tree: Path) -> _Server:
    # The first start warms the disk caches, and compiles new modules.
    with running([*_SERVE, *_UNTHROTTLED], folder=tree, environment=_environment(tree), stdout=subprocess.PIPE) as cold:
        _answering(cold, _local_url)
    process = servers.enter_context(
        running([*_SERVE, *_UNTHROTTLED], folder=tree, environment=_environment(tree), stdout=subprocess.PIPE)
    )
    return _answering(process, _local_url)


def _environment(tree: Path) -> dict[str, str]:
    # Write bytecode, as `make setup` does, even if the shell's settings disable that.
    return {**environment_of(tree), "PYTHONDONTWRITEBYTECODE": ""}


def _local_url(line: str) -> str:
    return str(json.loads(line)["localUrl"]) + "/"


def _answering(process: subprocess.Popen[str], url_of: Callable[[str], str]) -> _Server:
    assert process.stdout is not None  # noqa: S101 - asked for by the callers
    url = url_of(process.stdout.readline())
    until_answered(url)
    used = sum(cpu_seconds(member, with_ended_children=True) for member in family(process.pid))
    return _Server(process=process.pid, url=url, start_cpu=used)
