"""The function, its permissions, its log and its code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from aws_rules.runtimes import RUNTIMES
from cross_account_api.errors import ArgumentError
from cross_account_api.function.function import Function, FunctionArgs, VpcPlacement
from cross_account_api.function.function_code import function_code
from cross_account_api.testing import Recording, record
from tests.components.builders import CODE, FUNCTION, account


def function(**changes: Any) -> Recording:
    """A program with only a function."""

    def program() -> None:
        Function("hello", FunctionArgs(account=account(FUNCTION), code=CODE, **changes))

    return record(program)


def rights(recording: Recording) -> list[dict[str, Any]]:
    """The statements of the function's role."""
    value: list[dict[str, Any]] = recording.one("RolePolicy").document("policy")["Statement"]
    return value


def test_memory_timeout_processor_and_tracing_are_explicit() -> None:
    inputs = function(memory_size=512, timeout=7, architecture="x86_64").one("lambda/function:Function").inputs

    assert (inputs["memorySize"], inputs["timeout"], inputs["architectures"]) == (512, 7, ["x86_64"])
    assert inputs["tracingConfig"] == {"mode": "Active"}
    assert inputs["publish"] is True


@pytest.mark.parametrize(("given", "identifier"), [*RUNTIMES.items(), ("python3.14", "python3.14")])
def test_a_language_stands_for_a_current_runtime(given: str, identifier: str) -> None:
    assert function(runtime=given).one("lambda/function:Function").inputs["runtime"] == identifier


def test_it_logs_to_its_own_group_with_retention() -> None:
    recording = function(log_retention_days=14)
    group = recording.one("LogGroup")

    assert group.inputs["retentionInDays"] == 14
    assert recording.one("lambda/function:Function").inputs["loggingConfig"]["logGroup"] == group.state["name"]


def test_its_role_can_only_write_to_that_group_and_traces() -> None:
    recording = function()

    assert rights(recording) == [
        {
            "Sid": "WriteOwnLogGroup",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": f"{recording.one('LogGroup').state['arn']}:*",
        },
        {
            "Sid": "WriteTraces",
            "Effect": "Allow",
            "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
            "Resource": "*",
        },
    ]


def test_without_tracing_the_permission_to_write_traces_is_removed() -> None:
    recording = function(tracing=False)

    assert [each["Sid"] for each in rights(recording)] == ["WriteOwnLogGroup"]
    assert recording.one("lambda/function:Function").inputs["tracingConfig"] == {"mode": "PassThrough"}


def test_only_lambda_can_assume_its_role() -> None:
    assert function().one("Role").document("assumeRolePolicy")["Statement"] == [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ]


def test_custom_statements_are_added_to_its_permissions() -> None:
    own = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::111111111111:role/reader"}

    assert rights(function(statements=[own]))[-1] == own


def test_in_a_vpc_it_is_allowed_to_create_network_interfaces() -> None:
    recording = function(vpc=VpcPlacement(subnet_ids=["subnet-1"], security_group_ids=["sg-1"]))

    assert recording.one("lambda/function:Function").inputs["vpcConfig"] == {
        "subnetIds": ["subnet-1"],
        "securityGroupIds": ["sg-1"],
    }
    assert "JoinVpc" in [each["Sid"] for each in rights(recording)]


@pytest.mark.parametrize("alias", ["", "12", "my alias", "$LATEST", "a" * 129])
def test_an_alias_that_lambda_rejects_is_refused_with_a_way_to_do_without(alias: str) -> None:
    with pytest.raises(ArgumentError, match=r"alias=None calls the function without an alias") as caught:
        function(alias=alias)

    assert f"Function 'hello': alias={alias!r} must be 1 to 128" in str(caught.value)


def test_the_alias_follows_the_published_version() -> None:
    alias = function().one("Alias")

    assert (alias.inputs["name"], alias.inputs["functionVersion"]) == ("live", "1")


def test_its_name_is_automatic_unless_it_is_given() -> None:
    assert "name" not in function().one("lambda/function:Function").inputs
    assert function(function_name="mine").one("lambda/function:Function").inputs["name"] == "mine"


def test_reserved_concurrency_zero_is_kept() -> None:
    assert function(reserved_concurrency=0).one("lambda/function:Function").inputs["reservedConcurrentExecutions"] == 0


def test_code_is_the_files_in_the_order_of_their_names_without_what_tools_leave(tmp_path: Path) -> None:
    for name in ("b.py", "a.py", "lib/c.py", "__pycache__/a.cpython-311.pyc", ".DS_Store"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x = 1\n")

    assert list(function_code(tmp_path).assets) == ["a.py", "b.py", "lib/c.py"]


@pytest.mark.parametrize("language", ["nodejs", "python"])
def test_the_tutorials_functions_are_only_their_source(language: str) -> None:
    assert len(function_code(CODE.parent / language).assets) == 1


@pytest.mark.parametrize("make", [Path.mkdir, None])
def test_a_folder_without_code_is_refused(tmp_path: Path, make: Any) -> None:
    folder = tmp_path / "code"
    if make:
        make(folder)

    with pytest.raises(ArgumentError, match=r"is not a directory|contains no files"):
        function_code(folder)
