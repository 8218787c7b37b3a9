"""examples/split: three projects of three teams, with three ways to grant, in every order that works."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cross_account_sandbox.deploy.deployment import Deployed, deploy
from cross_account_sandbox.deploy.errors import DeploymentError, UsageError
from cross_account_sandbox.deploy.project import read_projects
from tests.examples.conftest import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox_testing.server import Reply, SandboxUnderTest

API, FUNCTION, CONSUMER = "111111111111", "222222222222", "333333333333"
#: The function that an API can name before the function exists.
LATER = f"arn:aws:lambda:us-east-1:{FUNCTION}:function:orders-fixed:live"


class Teams:
    """Three teams that deploy to one sandbox."""

    def __init__(self, sandbox: SandboxUnderTest) -> None:
        self._sandbox = sandbox

    def up(self, *names: str, config: Sequence[str] = ()) -> dict[str, dict[str, Any]]:
        """Deploy the projects in this order; returns each project's outputs."""
        return self.up_folders(*(EXAMPLES / "split" / name for name in names), config=config)

    def up_folders(self, *folders: Path, config: Sequence[str] = ()) -> dict[str, dict[str, Any]]:
        projects = read_projects(list(folders), "sandbox", list(config))
        done: list[Deployed] = deploy(self._sandbox.world, projects)
        return {each.project.name.removeprefix("split-"): each.outputs for each in done}

    def get(self, api: dict[str, Any], path: str) -> Reply:
        """Send a request to the API with its real host name."""
        return self._sandbox.request("GET", f"{api['url']}{path}")

    def run(self, commands: str) -> None:
        """Run the printed commands as the function's owner, with credentials for the function's account."""
        environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": os.devnull,
            "AWS_ACCESS_KEY_ID": FUNCTION,
            "AWS_SECRET_ACCESS_KEY": "test",
        }
        subprocess.run(commands, shell=True, env=environment, check=True, capture_output=True)  # noqa: S602 - as a person pastes it

    def statements(self, function: str) -> list[dict[str, Any]]:
        """The statements in the policy of the function's alias."""
        client = self._sandbox.client("lambda", FUNCTION)
        try:
            policy = client.get_policy(FunctionName=function, Qualifier="live")["Policy"]
        except client.exceptions.ResourceNotFoundException:
            return []
        return list(json.loads(policy)["Statement"])


@pytest.fixture
def teams(sandbox: SandboxUnderTest, loaded: None) -> Teams:  # noqa: ARG001 - it only has to be there
    """The teams, before any deployment."""
    return Teams(sandbox)


def _grant(way: str) -> list[str]:
    return [f"split-function:grant={way}", f"split-api:grant={way}"]


def test_the_api_stack_grants_with_a_role_in_the_functions_account(teams: Teams) -> None:
    up = teams.up("function", "api", config=_grant("stack"))

    assert teams.get(up["api"], "/orders").status == 200
    assert teams.get(up["api"], "/orders/2").json() == {"id": "2", "item": "cat tree"}
    sources = {
        entry["Condition"]["ArnLike"]["AWS:SourceArn"] for entry in teams.statements(up["function"]["functionName"])
    }
    api = f"arn:aws:execute-api:us-east-1:{API}:{up['api']['apiId']}/dev/GET"
    assert sources == {f"{api}/orders", f"{api}/orders/*"}


def test_the_function_stack_allows_an_account_before_its_api_exists(teams: Teams) -> None:
    up = teams.up("function", "api", config=_grant("account"))

    assert teams.get(up["api"], "/orders").status == 200
    for entry in teams.statements(up["function"]["functionName"]):
        assert entry["Principal"] == {"Service": "apigateway.amazonaws.com"}
        assert entry["Condition"]["StringEquals"] == {"AWS:SourceAccount": API}
        assert entry["Condition"]["ArnLike"]["AWS:SourceArn"].startswith(
            f"arn:aws:execute-api:us-east-1:{API}:*/*/GET/"
        )


def test_the_functions_owner_runs_the_printed_command(teams: Teams) -> None:
    up = teams.up("function", "api", config=_grant("command"))

    refused = teams.get(up["api"], "/orders")
    assert (refused.status, refused.json()) == (500, {"message": "Internal server error"})
    teams.run(up["api"]["addPermissionCommand"])
    assert teams.get(up["api"], "/orders").status == 200
    assert teams.get(up["api"], "/orders/1").status == 200


@pytest.mark.parametrize("way", ["account", "command"])
def test_an_api_can_be_deployed_before_its_function_if_it_knows_the_functions_name(teams: Teams, way: str) -> None:
    config = [*_grant(way), f"split-api:functionArn={LATER}", "split-function:functionName=orders-fixed"]
    up = teams.up("api", "function", config=config)

    if way == "command":
        assert teams.get(up["api"], "/orders").status == 500
        teams.run(up["api"]["addPermissionCommand"])
    assert up["function"]["invokeArn"] == LATER
    assert teams.get(up["api"], "/orders").status == 200


def test_an_api_that_grants_by_itself_cannot_come_before_the_function(teams: Teams) -> None:
    with pytest.raises(DeploymentError, match=r"Permission 'orders-.*': AddPermission: ResourceNotFoundException"):
        teams.up("api", config=["split-api:grant=stack", f"split-api:functionArn={LATER}"])


def test_an_api_of_an_account_that_is_not_let_in_is_refused(teams: Teams) -> None:
    config = [*_grant("account"), "split-function:apiAccountId=444444444444"]
    up = teams.up("function", "api", config=config)

    assert teams.get(up["api"], "/orders").status == 500


def test_a_third_project_reads_the_url_and_calls_the_api(teams: Teams, sandbox: SandboxUnderTest) -> None:
    up = teams.up("function", "api", "consumer")

    assert up["consumer"]["apiUrl"] == up["api"]["url"]
    client = sandbox.client("lambda", CONSUMER)

    def call(event: dict[str, str]) -> Any:
        answer = client.invoke(FunctionName=up["consumer"]["callerName"], Payload=json.dumps(event))
        return json.loads(answer["Payload"].read())

    assert call({"id": "1"}) == {"statusCode": 200, "orders": {"id": "1", "item": "dog food"}}
    assert [order["id"] for order in call({})["orders"]] == ["1", "2"]
    assert call({"id": "9"}) == {"statusCode": 404, "orders": {"message": "no order 9"}}


def _impostor(folder: Path, program: str) -> Path:
    folder.mkdir()
    (folder / "Pulumi.yaml").write_text("name: split-function\nruntime: python\n")
    (folder / "Pulumi.sandbox.yaml").write_text("config: {}\n")
    (folder / "__main__.py").write_text(f"import pulumi\n{program}\n")
    return folder


@pytest.mark.parametrize(
    ("exports", "told"),
    [
        ("", r"its output 'invokeArn' is missing; it has none"),
        ('pulumi.export("functionInvokeArn", "x")', r"its output 'invokeArn' is missing; it has functionInvokeArn"),
        ('pulumi.export("invokeArn", True)', r"its output 'invokeArn' is True, not text"),
    ],
)
def test_a_missing_or_renamed_output_is_reported_with_stack_and_output(
    teams: Teams, tmp_path: Path, exports: str, told: str
) -> None:
    function = _impostor(tmp_path / "function", exports)
    with pytest.raises(UsageError, match=rf"stack 'organization/split-function/sandbox': {told}"):
        teams.up_folders(function, EXAMPLES / "split" / "api")


def test_a_stack_that_is_not_deployed_is_reported_by_name(teams: Teams) -> None:
    with pytest.raises(DeploymentError, match=r"unknown stack 'organization/split-function/sandbox'"):
        teams.up("api")
    with pytest.raises(
        DeploymentError, match=r"unknown stack 'organization/split-function/prod'.*split-function/sandbox"
    ):
        teams.up("function", "api", config=["functionStack=organization/split-function/prod"])
