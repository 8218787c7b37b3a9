"""The stacks of two teams: the outputs that one reads from the other, and a permission in advance."""

from __future__ import annotations

from typing import Any

import pytest

from cross_account_api.errors import ArgumentError
from cross_account_api.function.function import Function, FunctionArgs
from cross_account_api.function.preauthorization import Preauthorization, PreauthorizationArgs
from cross_account_api.function.targets import ExistingFunction, ExternalFunction
from cross_account_api.other_stack import OtherStack, required
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.testing import API_ID, Recording, record
from tests.components.builders import API, CODE, FUNCTION, account, get, outputs

STACK = "organization/split-function/dev"
ARN = f"arn:aws:lambda:us-east-1:{FUNCTION}:function:echo:live"


def preauthorized(**changes: Any) -> Recording:
    """A function that the APIs of 111111111111 can call."""

    def program() -> None:
        where = account(FUNCTION, "us-east-1")
        echo = Function("echo", FunctionArgs(account=where, code=CODE, runtime="python"))
        options: dict[str, Any] = {"api_account_id": API, "routes": [get("/users", "echo")], **changes}
        target = ExistingFunction(arn=echo.invoke_arn, account=where)
        Preauthorization("open", PreauthorizationArgs(functions={"echo": target}, **options))

    return record(program)


@pytest.mark.parametrize(("stage", "shown"), [(None, "*"), ("dev", "dev")])
def test_a_function_is_opened_to_one_account_and_its_known_apis(stage: str | None, shown: str) -> None:
    inputs = preauthorized(stage_name=stage).one("Permission").inputs

    assert inputs["principal"] == "apigateway.amazonaws.com"
    assert inputs["sourceAccount"] == API
    assert inputs["sourceArn"] == f"arn:aws:execute-api:us-east-1:{API}:*/{shown}/GET/users"
    assert inputs["qualifier"] == "live"


def test_each_route_is_a_statement_in_the_functions_account() -> None:
    permissions = preauthorized(routes=[get("/users", "echo"), get("/users/{id}", "echo", "ANY")]).all("Permission")

    assert {each.provider for each in permissions} == {"function"}
    assert {each.inputs["sourceArn"].rpartition(":")[2] for each in permissions} == {"*/*/GET/users", "*/*/*/users/*"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"api_account_id": "11111111111"}, "'11111111111' is not an account ID"),
        ({"routes": []}, "nothing is allowed"),
        ({"routes": [get("/users", "ehco")]}, "route GET /users: no function 'ehco' in functions; there are 'echo'"),
        ({"routes": [get("/users/*", "echo")]}, "route GET /users/*: * and ? would also allow other paths"),
    ],
)
def test_a_permission_in_advance_that_could_not_work_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        preauthorized(**changes)

    assert told in str(caught.value)


def split(target: str, **other_outputs: str) -> Recording:
    """An API for a function that another stack exports."""

    def program() -> dict[str, Any]:
        arn = OtherStack(STACK).text("functionArn")
        function: ExistingFunction | ExternalFunction = ExternalFunction(arn=arn)
        if target == "existing":
            function = ExistingFunction(arn=arn, account=account(FUNCTION, "us-east-1"))
        args = CrossAccountApiArgs(account=account(API), functions={"echo": function}, routes=[get("/users", "echo")])
        return outputs(CrossAccountApi("users", args))

    return record(program, answers={"StackReference": {"outputs": other_outputs}})


def test_the_api_stack_creates_the_permission_with_a_provider_for_the_functions_account() -> None:
    recording = split("existing", functionArn=ARN)
    permission = recording.one("Permission")

    assert permission.provider == "function"
    assert permission.inputs["sourceArn"] == f"arn:aws:execute-api:us-east-1:{API}:{API_ID}/dev/GET/users"
    assert recording.outputs["functionName"] == "echo"


def test_the_api_stack_prints_the_command_without_such_a_provider() -> None:
    recording = split("external", functionArn=ARN)

    assert recording.all("Permission") == []
    assert "--function-name echo --qualifier live" in recording.outputs["addPermissionCommand"]


def test_a_missing_output_is_reported_with_stack_and_output() -> None:
    with pytest.raises(ArgumentError) as caught:
        required(STACK, "functionArn", {"arn": ARN})

    assert f"stack '{STACK}': its output 'functionArn' is missing; it has arn." in str(caught.value)
    assert f"pulumi up --stack {STACK}" in str(caught.value)


@pytest.mark.parametrize("value", [1, "", ["a"]])
def test_an_output_that_is_not_text_is_reported_with_its_value(value: object) -> None:
    with pytest.raises(ArgumentError, match="not text"):
        required(STACK, "functionArn", {"functionArn": value})
