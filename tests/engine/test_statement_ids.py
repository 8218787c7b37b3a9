"""The IDs of a function's statements: a killed run does not block later runs, and earlier IDs do not change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest

from cross_account_sandbox.server import RunningSandbox
from sandbox_testing.server import SandboxUnderTest
from tests.engine.inventory import client
from tests.engine.kills import KilledEngine, interrupted
from tests.engine.stacks import Program, Stack
from tests.engine.traffic import Traffic
from tests.engine.vault import Vault

_PERMISSION = "Permission cross-account-api-hello-GET/"


@pytest.fixture
def engine(cli: Path, plugin: Path, vault: Vault, tmp_path: Path, sandbox: RunningSandbox) -> Iterator[KilledEngine]:
    """The engine to kill; the sandbox calls it before each call."""
    engine = KilledEngine(cli, tmp_path, plugin, vault)
    sandbox.world.refusal = engine
    yield engine
    sandbox.world.refusal = None


@pytest.fixture
def stack(engine: KilledEngine, sandbox: RunningSandbox) -> Iterator[Stack]:
    stack = engine.stack(endpoint=sandbox.endpoint)
    # Without log groups, the killed engine only creates the permission. Log groups have fixed names, so a run after a
    # kill during CreateLogGroup would fail.
    stack.settings |= {"runtime": "python", "gatewayLogging": "off"}
    yield stack
    stack.destroy()


def _killed_up(stack: Stack, engine: KilledEngine) -> None:
    engine.kill_at_operation("AddPermission")
    assert interrupted(stack.up)
    stack.cancel()


def _statements(stack: Stack, sandbox: RunningSandbox) -> list[dict[str, Any]]:
    permission = stack.resource("Permission")["outputs"]
    functions = client(sandbox, "lambda", "222222222222")
    policy = functions.get_policy(FunctionName=permission["function"], Qualifier="live")["Policy"]
    return list(json.loads(policy)["Statement"])


def _without_id(statement: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in statement.items() if key != "Sid"}


def test_an_up_after_one_that_was_killed_while_it_added_the_permission_succeeds(
    stack: Stack, engine: KilledEngine, sandbox: RunningSandbox
) -> None:
    _killed_up(stack, engine)

    assert stack.up().touched[_PERMISSION] == "create"

    assert SandboxUnderTest(sandbox).request("GET", f"{stack.outputs['url']}/").status == 200
    # The killed run left an equal statement that no stack knows.
    known, left = _statements(stack, sandbox)
    assert _without_id(known) == _without_id(left)
    assert stack.up().touched == {}


def test_callers_notice_nothing_of_a_run_that_is_killed_while_it_replaces_the_permission(
    stack: Stack, engine: KilledEngine, sandbox: RunningSandbox
) -> None:
    stack.up()
    with Traffic(f"{sandbox.endpoint}/_aws/execute-api/{stack.outputs['apiId']}/dev/") as traffic:
        stack.settings["functionName"] = "renamed"
        _killed_up(stack, engine)
        assert stack.up().touched[_PERMISSION] == "replace"

    assert sum(traffic.answers.values()) > 20
    assert set(traffic.answers) == {200}, f"{dict(traffic.answers)}: {traffic.refused}"


def _as_an_earlier_version(program: Program) -> Program:
    """The program with statement IDs that it sets itself."""

    def earlier(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if args.type_ != "aws:lambda/permission:Permission":
            return None
        props = {key: value for key, value in args.props.items() if key != "statementIdPrefix"}
        args.opts.ignore_changes = []
        return pulumi.ResourceTransformResult(props={**props, "statementId": "invoke-0123456789abcdef"}, opts=args.opts)

    def run() -> None:
        pulumi.runtime.register_resource_transform(earlier)
        program()

    return run


def test_a_statement_of_an_earlier_version_stays_until_it_is_replaced(stack: Stack, sandbox: RunningSandbox) -> None:
    program = stack.program
    stack.program = _as_an_earlier_version(program)
    stack.up()
    stack.program = program

    assert stack.preview().touched == {}
    assert stack.up().touched == {}
    assert stack.refresh().touched == {}
    assert [each["Sid"] for each in _statements(stack, sandbox)] == ["invoke-0123456789abcdef"]

    stack.settings["functionName"] = "renamed"
    assert stack.up().touched[_PERMISSION] == "replace"

    (statement,) = _statements(stack, sandbox)
    assert statement["Sid"].startswith("invoke-")
    assert statement["Sid"] != "invoke-0123456789abcdef"
    assert stack.refresh().touched == {}
    assert stack.up().touched == {}
