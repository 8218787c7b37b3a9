"""examples/split with the real engine: three stacks of one backend, connected by stack references."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator

import pulumi
import pytest
from pulumi.automation import CommandError

from cross_account_sandbox.server import RunningSandbox
from sandbox_testing.server import SandboxUnderTest
from tests.engine.cli import ROOT
from tests.engine.inventory import client, inventory
from tests.engine.stacks import Engine, Stack

_FUNCTION, _CONSUMER = "222222222222", "333333333333"
_ACCOUNTS = ("111111111111", _FUNCTION, _CONSUMER)
#: The function that an API can name before the function exists.
_LATER = f"arn:aws:lambda:us-east-1:{_FUNCTION}:function:orders-fixed:live"


class Teams:
    """The three teams' stacks, not deployed yet."""

    def __init__(self, engine: Engine, sandbox: RunningSandbox) -> None:
        self.sandbox = sandbox
        self.function, self.api, self.consumer = (
            engine.stack(endpoint=sandbox.endpoint, project=ROOT / "examples" / "split" / team)
            for team in ("function", "api", "consumer")
        )

    def grant_by(self, way: str) -> None:
        """Set the way of granting in both projects."""
        self.function.settings["grant"] = self.api.settings["grant"] = way

    def status(self) -> int:
        """The status of GET /orders at the API's own host."""
        return SandboxUnderTest(self.sandbox).request("GET", f"{self.api.outputs['url']}/orders").status

    def run_printed_commands(self) -> None:
        """Run the printed commands as the function's owner."""
        functions = client(self.sandbox, "lambda", _FUNCTION)
        for command in self.api.outputs["addPermissionCommand"].splitlines():
            words = shlex.split(command)
            flags = dict(zip(words[3::2], words[4::2], strict=True))
            # The client already has these two.
            del flags["--region"], flags["--endpoint-url"]
            functions.add_permission(**{_parameter(flag): value for flag, value in flags.items()})


def _parameter(flag: str) -> str:
    """The API's name of an option: `SourceArn` for `--source-arn`."""
    return "".join(part.capitalize() for part in flag.strip("-").split("-"))


@pytest.fixture
def teams(engine: Engine, sandbox: RunningSandbox) -> Iterator[Teams]:
    """The teams; everything that they deploy is destroyed at the end, and nothing must be left."""
    before = inventory(sandbox, _ACCOUNTS)
    teams = Teams(engine, sandbox)
    yield teams
    for stack in (teams.consumer, teams.api, teams.function):
        if stack.resources:
            stack.destroy()
    assert inventory(sandbox, _ACCOUNTS) == before


def test_three_stacks_read_each_other_s_outputs_and_stay_as_they_are(teams: Teams) -> None:
    stacks = [teams.function, teams.api, teams.consumer]
    for stack in stacks:
        planned = stack.preview()
        assert stack.up().touched == planned.touched

    assert teams.status() == 200
    assert teams.consumer.outputs["apiUrl"] == teams.api.outputs["url"]
    functions = client(teams.sandbox, "lambda", _CONSUMER)
    answer = functions.invoke(FunctionName=teams.consumer.outputs["callerName"], Payload=json.dumps({"id": "1"}))
    assert json.loads(answer["Payload"].read()) == {"statusCode": 200, "orders": {"id": "1", "item": "dog food"}}

    for stack in stacks:
        assert stack.up().touched == {}
        assert stack.refresh().touched == {}

    # The function's team can destroy its stack first; the other stacks can still be destroyed.
    teams.function.destroy()
    assert teams.status() == 500


@pytest.mark.parametrize("first", ["function", "api"])
@pytest.mark.parametrize("way", ["account", "command"])
def test_in_either_order_the_api_works_once_it_is_allowed(teams: Teams, way: str, first: str) -> None:
    teams.grant_by(way)
    order = [teams.function, teams.api]
    if first == "api":
        # It names the function before the function exists.
        teams.api.settings["functionArn"] = _LATER
        teams.function.settings["functionName"] = "orders-fixed"
        order.reverse()
    for stack in order:
        stack.up()

    if way == "command":
        assert teams.status() == 500
        teams.run_printed_commands()
    assert teams.status() == 200
    assert teams.api.up().touched == {}


def test_an_api_that_grants_by_itself_follows_its_function_to_another_name(teams: Teams) -> None:
    teams.function.up()
    teams.api.up()
    teams.function.settings["functionName"] = "orders-renamed"
    teams.function.up()
    assert teams.status() == 500, "the old function is deleted, and the API's team has not deployed yet"

    touched = teams.api.up().touched

    assert teams.status() == 200
    assert set(touched) == {
        "RestApi orders",
        "Deployment orders-deployment",
        "Stage orders-stage",
        "Permission orders-orders-GET/orders",
        "Permission orders-orders-GET/orders/{id}",
    }


def _nothing() -> None:
    """A program without outputs."""


def _renamed() -> None:
    pulumi.export("functionInvokeArn", _LATER)


@pytest.mark.parametrize(
    ("program", "told"),
    [(_nothing, "is missing; it has none"), (_renamed, "is missing; it has functionInvokeArn")],
)
def test_a_missing_or_renamed_output_is_reported_and_no_api_is_created(
    teams: Teams, program: Callable[[], None], told: str
) -> None:
    teams.function.program = program
    teams.function.up()

    for operation in (teams.api.preview, teams.api.up):
        with pytest.raises(
            CommandError, match=f"stack 'organization/split-function/sandbox': its output 'invokeArn' {told}"
        ):
            operation()

    # Without a preview, `up` creates the resources that need no function before it reaches the error.
    assert {"RestApi", "Deployment", "Stage", "Permission"} & _made(teams.api) == set()


def test_an_unknown_stack_is_reported_by_name(teams: Teams) -> None:
    teams.api.settings["functionStack"] = "organization/split-function/prod"

    with pytest.raises(CommandError, match=r"unknown stack .*organization/split-function/prod"):
        teams.api.preview()


def _made(stack: Stack) -> set[str]:
    """The kinds of the stack's resources."""
    return {resource["type"].rpartition(":")[2] for resource in stack.resources}
