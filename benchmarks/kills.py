"""Kill the real engine at random calls, recover as in docs/engine.md, and check for orphans and duplicates.

    .venv/bin/python -m benchmarks.kills [KILLS [SEED]]

The root program is repeatedly deployed to a sandbox with slowed-down calls, changed and destroyed. The engine is killed
at a random changing call of each operation, or some milliseconds after it. Prints a line for each kill and the figures;
exits 1 if anything was left or a destroy failed.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from cross_account_sandbox.control_plane.refusals import ApiCall
from cross_account_sandbox.engine_plugin.launcher import write_launcher
from cross_account_sandbox.server import RunningSandbox
from tests.engine.cli import find_cli
from tests.engine.inventory import inventory
from tests.engine.kills import KilledEngine, faults, interrupted, recover, repair_backend
from tests.engine.stacks import Stack

_ACCOUNTS = ("111111111111", "222222222222")
#: Calls that change nothing.
_READS = ("Assume", "Describe", "Get", "List")
#: The approximate number of changing calls of each operation.
_CALLS = {"up": 20, "update": 12, "destroy": 12}
#: The share of recoveries after which the operation is not killed again.
_COMPLETES = 0.6
#: Seconds: the delay of each call, and the time between a call and a late kill.
_SLOWED = 0.03
_LATEST = 0.4
#: Settings for updates, each of which replaces resources.
_CHANGES: tuple[dict[str, object], ...] = (
    {"functionName": "renamed"},
    {"stageName": "next"},
    {"permissionScope": "stage"},
    {"invocation": "role"},
    {"alias": "other"},
)
#: Kinds of leftovers whose name has more than one word.
_KINDS = ("REST API", "log group", "inline policy", "permission statement", "CloudWatch role")


@dataclass(kw_only=True)
class Figures:
    """The counts of a campaign."""

    kills: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    cycles: int = 0
    recoveries: int = 0
    seconds: float = 0.0

    def lines(self) -> list[str]:
        """The figures as text."""
        killed, left = sum(self.kills.values()), sum(self.left.values())
        return [
            f"{killed} kills in {self.cycles} life cycles, {self.seconds:.0f} s",
            f"killed at: {_listed(self.kills)}",
            f"{self.recoveries} recoveries, {left} leftovers found and removed: {_listed(self.left)}",
            f"{len(self.faults)} faults after recovery",
            *self.faults,
        ]


class Campaign:
    """Life cycles of a stack with kills."""

    def __init__(self, sandbox: RunningSandbox, folder: Path, *, seed: int, say: Callable[[str], None]) -> None:
        cli = find_cli()
        if cli is None:
            raise RuntimeError("no Pulumi CLI was found: run `make engine`")
        self.figures = Figures()
        self._random = random.Random(seed)  # noqa: S311 - a run that can be repeated, no secret
        self._say = say
        self._sandbox = sandbox
        self._engine = KilledEngine(cli, folder, write_launcher(folder / "bin"))
        self._engine.pause = _SLOWED
        sandbox.world.refusal = self._engine

    def run(self, kills: int) -> Figures:
        """Run until the engine was killed the given number of times."""
        began = time.monotonic()
        while sum(self.figures.kills.values()) < kills:
            self._cycle()
            self.figures.cycles += 1
            self.figures.seconds = time.monotonic() - began
        return self.figures

    def _cycle(self) -> None:
        before = inventory(self._sandbox, _ACCOUNTS)
        stack = self._engine.stack(endpoint=self._sandbox.endpoint)
        stack.settings = {"runtime": "python"}
        self._attempt("up", stack, stack.up, before)
        stack.settings |= self._random.choice(_CHANGES)
        self._attempt("update", stack, stack.up, before)
        self._attempt("destroy", stack, stack.destroy, before)
        after = inventory(self._sandbox, _ACCOUNTS)
        if after != before:
            self._fault(f"after destroy: {sorted(after ^ before)}")

    def _attempt(self, name: str, stack: Stack, operation: Callable[[], object], before: set[str]) -> None:
        """Run and kill an operation, recover, and repeat the operation until it completes."""
        while self._killed(name, stack, operation):
            left = recover(stack)
            self.figures.left.update(_kind(each) for each in left)
            self.figures.recoveries += 1
            self._say(f"   recovered: {', '.join(left) or 'nothing left'}")
            if self._random.random() < _COMPLETES:
                operation()
                break
        if name != "destroy":
            for fault in faults(stack, self._sandbox, before):
                self._fault(fault)

    def _killed(self, name: str, stack: Stack, operation: Callable[[], object]) -> bool:
        """Kill the operation once or twice in a row, like a user who retries immediately; True if it was killed."""
        killed = False
        for _ in range(self._random.randint(1, 2)):
            self._engine.killed_at = ""
            self._arm(_CALLS[name])
            stopped = interrupted(operation)
            self._engine.kill_at = None
            if not stopped:
                return killed  # an `up` that completes after a kill does not prove that there is no second resource
            if not self._engine.killed_at:
                self._say(f"   {name} failed: leftovers of an earlier kill block it")
                return True
            killed = True
            self.figures.kills[self._engine.killed_at] += 1
            self._say(f"{sum(self.figures.kills.values())}. {name} killed at {self._engine.killed_at}")
            repair_backend(stack)
            stack.cancel()
        return True

    def _arm(self, calls: int) -> None:
        count = self._random.randint(1, calls)
        self._engine.delay = self._random.choice((0.0, self._random.uniform(0.0, _LATEST)))

        def kill_at(call: ApiCall) -> bool:
            nonlocal count
            count -= not call.operation.startswith(_READS)
            return count == 0

        self._engine.kill_at = kill_at

    def _fault(self, text: str) -> None:
        self._say(f"   {text}")
        self.figures.faults.append(text)


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counted.most_common())


def _kind(leftover: str) -> str:
    """`REST API` of `REST API a1b2 (name)`."""
    return next((kind for kind in _KINDS if leftover.startswith(kind)), leftover.partition(" ")[0])


def main(arguments: list[str]) -> int:
    """Run a campaign and print its figures."""
    kills, seed = (int(given) for given in (*arguments, *("60", "1")[len(arguments) :]))
    with tempfile.TemporaryDirectory() as folder, RunningSandbox(port=0) as sandbox:
        campaign = Campaign(sandbox, Path(folder), seed=seed, say=lambda line: print(line, flush=True))
        figures = campaign.run(kills)
    print("\n".join(figures.lines()))
    return 1 if figures.faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
