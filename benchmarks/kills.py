"""Kill the real engine at random calls, recover as docs/engine.md says, and see that nothing is orphaned or doubled.

    .venv/bin/python -m benchmarks.kills [KILLS [SEED]]

The root program is deployed into a sandbox whose calls are slowed down, changed and destroyed, again and again; the
engine is killed at a random changing call of most operations, or some milliseconds after it. Prints a line for each
kill and the figures, and exits 1 if anything was left or a destroy failed.
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
from cross_account_sandbox.server import RunningSandbox
from tests.engine.cli import find_cli
from tests.engine.inventory import inventory
from tests.engine.kills import KilledEngine, faults, interrupted, recover
from tests.engine.stacks import Stack

_ACCOUNTS = ("111111111111", "222222222222")
#: Calls that change nothing.
_READS = ("Assume", "Describe", "Get", "List")
#: About as many changing calls as a first up makes, and a destroy.
_CALLS = 22
#: Seconds: by how much each call is slowed down, and how long after its call a late kill comes.
_SLOWED = 0.03
_LATEST = 0.4
#: Settings of an update, each of which replaces resources.
_CHANGES: tuple[dict[str, object], ...] = (
    {"functionName": "renamed"},
    {"stageName": "next"},
    {"permissionScope": "stage"},
    {"invocation": "role"},
    {"alias": "other"},
)


@dataclass(kw_only=True)
class Figures:
    """What a campaign counted."""

    kills: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    cycles: int = 0
    seconds: float = 0.0

    def lines(self) -> list[str]:
        """The figures, for a person."""
        killed, left = sum(self.kills.values()), sum(self.left.values())
        return [
            f"{killed} kills in {self.cycles} life cycles, {self.seconds:.0f} s",
            f"killed at: {', '.join(f'{name} {count}' for name, count in self.kills.most_common())}",
            f"{left} leftovers found and removed: {', '.join(f'{name} {count}' for name, count in self.left.most_common())}",
            f"{len(self.faults)} faults after recovery",
            *self.faults,
        ]


class Campaign:
    """Life cycles of a stack with kills."""

    def __init__(self, sandbox: RunningSandbox, folder: Path, *, seed: int, say: Callable[[str], None]) -> None:
        cli = find_cli()
        if cli is None:
            raise RuntimeError("no Pulumi CLI was found: make engine")
        self.figures = Figures()
        self._random = random.Random(seed)  # noqa: S311 - a run that can be repeated, no secret
        self._say = say
        self._sandbox = sandbox
        self._engine = KilledEngine(cli, folder)
        self._engine.pause = _SLOWED
        sandbox.world.refusal = self._engine

    def run(self, kills: int) -> Figures:
        """Go on until the engine was killed so many times."""
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
        self._attempt(stack, stack.up, before)
        stack.settings |= self._random.choice(_CHANGES)
        self._attempt(stack, stack.up, before)
        self._attempt(stack, stack.destroy, before)
        after = inventory(self._sandbox, _ACCOUNTS)
        if after != before:
            self._fault(f"after destroy: {sorted(after ^ before)}")

    def _attempt(self, stack: Stack, operation: Callable[[], object], before: set[str]) -> None:
        """An operation that is killed on the way, its recovery, and the operation again."""
        self._arm()
        killed = interrupted(operation)
        self._engine.kill_at = None
        if killed:
            name = f"{operation.__name__} at {self._engine.killed_at}"
            self.figures.kills[self._engine.killed_at] += 1
            left = recover(stack)
            self.figures.left.update(_kind(each) for each in left)
            self._say(f"{sum(self.figures.kills.values())}. {name}: {', '.join(left) or 'nothing left'}")
            operation()
        if operation.__name__ == "up":
            for fault in faults(stack, self._sandbox, before):
                self._fault(fault)

    def _arm(self) -> None:
        count = self._random.randint(1, _CALLS)
        self._engine.delay = self._random.choice((0.0, self._random.uniform(0.0, _LATEST)))

        def kill_at(call: ApiCall) -> bool:
            nonlocal count
            count -= not call.operation.startswith(_READS)
            return count == 0

        self._engine.kill_at = kill_at

    def _fault(self, text: str) -> None:
        self._say(f"   {text}")
        self.figures.faults.append(text)


def _kind(leftover: str) -> str:
    """`REST API` of `REST API a1b2 (name)`: what stands before the name."""
    words = leftover.split(": ")[0].split()
    known = [word for word in words if word.isalpha()]
    return " ".join(known[:2]) if known[:1] in (["REST"], ["HTTP"], ["log"], ["inline"], ["permission"]) else known[0]


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
