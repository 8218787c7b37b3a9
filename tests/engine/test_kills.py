"""An engine that is killed during a creation: leftovers are reported and removed, and do not block later runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cross_account_sandbox.server import RunningSandbox
from tests.engine.inventory import inventory
from tests.engine.kills import KilledEngine, faults, interrupted, recover
from tests.engine.vault import Vault

_ACCOUNTS = ("111111111111", "222222222222")


@pytest.fixture
def engine(cli: Path, plugin: Path, vault: Vault, tmp_path: Path, sandbox: RunningSandbox) -> Iterator[KilledEngine]:
    """The engine to kill; the sandbox calls it before each call."""
    engine = KilledEngine(cli, tmp_path, plugin, vault)
    sandbox.world.refusal = engine
    yield engine
    sandbox.world.refusal = None


@pytest.mark.parametrize(
    ("operation", "left"),
    [("CreateStage", "stage dev of"), ("CreateFunction", "function "), ("CreateRestApi", "REST API ")],
)
def test_after_a_kill_the_documented_steps_leave_nothing_orphaned_or_doubled_and_destroy_completes(
    engine: KilledEngine, sandbox: RunningSandbox, operation: str, left: str
) -> None:
    before = inventory(sandbox, _ACCOUNTS)
    stack = engine.stack(endpoint=sandbox.endpoint)
    stack.settings = {"runtime": "python", "gatewayLogging": "off"}
    engine.kill_at_operation(operation)
    assert interrupted(stack.up)
    assert engine.killed_at == operation

    removed = recover(stack)

    assert [name for name in removed if name.startswith(left)], removed
    stack.up()
    assert faults(stack, sandbox, before) == []
    stack.destroy()
    assert inventory(sandbox, _ACCOUNTS) == before
