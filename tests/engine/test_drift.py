"""Changes outside Pulumi: `refresh` reports them, and `up` reverts them."""

from __future__ import annotations

import io
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator

import pytest

from cross_account_sandbox.server import RunningSandbox
from tests.engine.inventory import client
from tests.engine.stacks import Engine, Stack

_API_ACCOUNT, _FUNCTION_ACCOUNT = "111111111111", "222222222222"
_NAME = "cross-account-api"


@pytest.fixture(scope="module")
def deployed(engine: Engine, sandbox: RunningSandbox) -> Iterator[Stack]:
    """The deployed program."""
    stack = engine.stack(endpoint=sandbox.endpoint)
    stack.settings["runtime"] = "python"
    stack.up()
    yield stack
    stack.destroy()


def _status(stack: Stack, sandbox: RunningSandbox) -> int:
    url = f"{sandbox.endpoint}/_aws/execute-api/{stack.outputs['apiId']}/dev/"
    try:
        with urllib.request.urlopen(url) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code


def test_a_deleted_permission_is_reported_and_created_again(deployed: Stack, sandbox: RunningSandbox) -> None:
    permission = deployed.resource("Permission")["outputs"]
    client(sandbox, "lambda", _FUNCTION_ACCOUNT).remove_permission(
        FunctionName=permission["function"], Qualifier=permission["qualifier"], StatementId=permission["statementId"]
    )
    assert _status(deployed, sandbox) == 500

    label = f"Permission {_NAME}-hello-GET/"
    assert deployed.refresh().touched == {label: "delete"}
    assert deployed.up().touched == {label: "create"}
    assert _status(deployed, sandbox) == 200


def test_a_stage_pointed_elsewhere_is_reported_and_pointed_back(deployed: Stack, sandbox: RunningSandbox) -> None:
    api = client(sandbox, "apigateway", _API_ACCOUNT)
    api_id = deployed.outputs["apiId"]
    ours = api.get_stage(restApiId=api_id, stageName="dev")["deploymentId"]
    other = api.create_deployment(restApiId=api_id)["id"]
    api.update_stage(
        restApiId=api_id,
        stageName="dev",
        patchOperations=[{"op": "replace", "path": "/deploymentId", "value": other}],
    )

    label = f"Stage {_NAME}-stage"
    assert deployed.refresh().touched == {label: "update"}
    assert deployed.up().touched == {label: "update"}
    assert api.get_stage(restApiId=api_id, stageName="dev")["deploymentId"] == ours


def test_a_moved_alias_is_reported_and_moved_back(deployed: Stack, sandbox: RunningSandbox) -> None:
    functions = client(sandbox, "lambda", _FUNCTION_ACCOUNT)
    name = deployed.outputs["functionName"]
    ours = functions.get_alias(FunctionName=name, Name="live")["FunctionVersion"]
    functions.update_alias(FunctionName=name, Name="live", FunctionVersion="$LATEST")

    label = f"Alias {_NAME}-hello-alias"
    assert deployed.refresh().touched == {label: "update"}
    assert deployed.up().touched == {label: "update"}
    assert functions.get_alias(FunctionName=name, Name="live")["FunctionVersion"] == ours


def test_changed_code_is_reported_and_put_back(deployed: Stack, sandbox: RunningSandbox) -> None:
    functions = client(sandbox, "lambda", _FUNCTION_ACCOUNT)
    name = deployed.outputs["functionName"]
    ours = functions.get_function(FunctionName=name)["Configuration"]["CodeSha256"]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as target:
        target.writestr("index.py", "def handler(event, context):\n    return {}\n")
    functions.update_function_code(FunctionName=name, ZipFile=archive.getvalue())

    label = f"Function {_NAME}-hello"
    assert deployed.refresh().touched == {label: "update"}
    mended = deployed.up().touched
    assert mended[label] == "update"
    assert set(mended) <= {label, f"Alias {_NAME}-hello-alias"}
    assert functions.get_function(FunctionName=name)["Configuration"]["CodeSha256"] == ours
    assert _status(deployed, sandbox) == 200
