"""examples/split by the real engine: three projects that find each other by StackReference."""

from __future__ import annotations

import json
import shutil
import urllib.request
from pathlib import Path

import pytest
from pulumi.automation import CommandError

from sandbox.server import RunningSandbox
from tests.engine.cli import ROOT
from tests.engine.inventory import client, inventory
from tests.engine.stacks import Engine, Stack

_SPLIT = ROOT / "examples" / "split"
_ACCOUNTS = ("111111111111", "222222222222", "333333333333")


def _stack(engine: Engine, sandbox: RunningSandbox, name: str, *, project: Path | None = None) -> Stack:
    return engine.stack(endpoint=sandbox.endpoint, project=project or _SPLIT / name)


def _status(sandbox: RunningSandbox, api: Stack, path: str) -> int:
    outputs = api.outputs
    url = f"{sandbox.endpoint}/_aws/execute-api/{outputs['apiId']}/{outputs['stageName']}{path}"
    with urllib.request.urlopen(url) as answer:
        return int(answer.status)


def test_the_api_finds_the_function_and_the_consumer_the_api(engine: Engine, sandbox: RunningSandbox) -> None:
    before = inventory(sandbox, _ACCOUNTS)
    function, api, consumer = (_stack(engine, sandbox, name) for name in ("function", "api", "consumer"))
    function.up()
    api.up()
    consumer.up()

    assert _status(sandbox, api, "/orders") == 200
    answer = client(sandbox, "lambda", "333333333333").invoke(
        FunctionName=consumer.outputs["callerName"], Payload=json.dumps({}).encode()
    )
    assert [order["id"] for order in json.loads(answer["Payload"].read())["orders"]] == ["1", "2"]
    assert [stack.up().touched for stack in (function, api, consumer)] == [{}, {}, {}]

    for stack in (consumer, api, function):
        stack.destroy()
    assert inventory(sandbox, _ACCOUNTS) == before


def test_an_output_that_its_owner_renamed_is_named_with_its_stack(
    engine: Engine, sandbox: RunningSandbox, tmp_path: Path
) -> None:
    copy = tmp_path / "function"
    shutil.copytree(_SPLIT / "function", copy, ignore=shutil.ignore_patterns("__pycache__"))
    program = (copy / "__main__.py").read_text("utf-8")
    assert '"invokeArn"' in program
    (copy / "__main__.py").write_text(program.replace('"invokeArn"', '"renamedArn"'), "utf-8")
    function = _stack(engine, sandbox, "function", project=copy)
    api = _stack(engine, sandbox, "api")
    function.up()

    with pytest.raises(CommandError) as failed:
        api.up()

    assert "organization/split-function/sandbox" in str(failed.value)
    assert "invokeArn" in str(failed.value)
    api.destroy()
    function.destroy()
