"""Settings that match the console's older tutorial: edge-optimized, Node.js, a function without an alias."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cross_account_sandbox.deploy.deployment import deploy
from cross_account_sandbox.deploy.project import read_projects
from cross_account_sandbox.functions.runtimes import node_available
from tests.examples.conftest import Up

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

ROOT = Path(__file__).resolve().parents[2]
#: Node.js if it is installed; Python runs wherever the tests run.
RUNTIME = "nodejs" if node_available() else "python"
SETTINGS = ["endpointType=EDGE", "alias=false", f"runtime={RUNTIME}"]


@pytest.fixture
def program(sandbox: SandboxUnderTest) -> Up:
    """The program with these settings."""
    projects = read_projects([ROOT], "sandbox", SETTINGS)
    [deployed] = deploy(sandbox.world, projects)
    return Up(sandbox=sandbox, outputs=deployed.outputs, resources=deployed.resources)


def test_it_answers_by_the_plain_function_arn(program: Up) -> None:
    reply = program.get("/?name=John")

    assert (reply.status, reply.json()["message"]) == (200, "Good day, John of World.")
    function = program.sandbox.client("lambda", "222222222222").get_function_configuration(
        FunctionName=program.outputs["functionName"]
    )
    assert function["Runtime"].startswith(RUNTIME)
    assert program.outputs["integrationUri"].endswith(f"/functions/{program.outputs['functionArn']}/invocations")


def test_the_statement_is_on_the_function_itself_and_there_is_no_alias(program: Up) -> None:
    lambda_ = program.sandbox.client("lambda", "222222222222")
    name = program.outputs["functionName"]

    policy = json.loads(lambda_.get_policy(FunctionName=name)["Policy"])

    assert [statement["Resource"] for statement in policy["Statement"]] == [program.outputs["functionArn"]]
    assert lambda_.list_aliases(FunctionName=name)["Aliases"] == []
    assert "--qualifier" not in program.outputs["addPermissionCommand"]


def test_the_endpoint_is_edge_optimized(program: Up) -> None:
    api = program.sandbox.client("apigateway").get_rest_api(restApiId=program.outputs["apiId"])

    assert api["endpointConfiguration"]["types"] == ["EDGE"]
