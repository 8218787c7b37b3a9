"""`cross-account-doctor leftovers`: it finds what an interrupted run left; its commands remove only that."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cross_account_doctor.cli import main
from doctor_testing.command import Said
from doctor_testing.small_stack import (
    GROUP,
    LEAVES,
    OTHERS_TAGS,
    PERMISSION,
    TRUST,
    Stack,
    log_group,
)
from doctor_testing.stack_state import FUNCTION_ACCOUNT, StackState, urn

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest


@pytest.fixture
def stack(sandbox: SandboxUnderTest) -> Stack:
    return Stack(sandbox)


@pytest.fixture
def leftovers(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Said]:
    """Run `cross-account-doctor leftovers` in this process, in an environment without AWS settings."""
    for name in (
        "AWS_PROFILE",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_DEFAULT_REGION",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    # The doctor sets it for profiles that assume a role; it must not outlive the test.
    monkeypatch.setenv("AWS_ENDPOINT_URL", "")
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    file = tmp_path / "state.json"

    def run(state: StackState | str, *more: str) -> Said:
        file.write_text(state if isinstance(state, str) else state.text())
        code = main(["leftovers", "--state", str(file), *more])
        captured = capsys.readouterr()
        return Said(code=code, out=captured.out, err=captured.err)

    return run


def _commands(said: Said) -> list[str]:
    return [line for line in said.out.splitlines() if line.startswith("AWS_ACCESS_KEY_ID=")]


def _titles(said: Said) -> list[str]:
    return [line.partition(". ")[2] for line in said.out.splitlines() if line[:1].isdigit()]


@pytest.mark.parametrize("leave", LEAVES, ids=lambda leave: leave.__name__.strip("_"))
def test_leftovers_are_listed_and_the_commands_remove_them(
    stack: Stack, leftovers: Callable[..., Said], aws: Callable[[str], str], leave: Callable[[Stack], tuple[str, str]]
) -> None:
    name, reason = leave(stack)

    said = leftovers(stack.state)

    assert said.code == 1
    (title,) = _titles(said)
    assert title.startswith(f"{name} in account ")
    assert title.endswith(f": {reason}")
    for command in _commands(said):
        aws(command)
    assert (leftovers(stack.state).code, leftovers(stack.state).out.count("remove it")) == (0, 0)


def _others(stack: Stack) -> None:
    """Resources with the same names in the same accounts that belong to another stack or to none."""
    other = stack.rest.create_rest_api(name="pets-dev", tags=OTHERS_TAGS)["id"]
    stack.create_function("pets-5c5c5c5", OTHERS_TAGS)
    stack.create_function("pets-6c6c6c6", {})
    pairs = [{"Key": key, "Value": value} for key, value in OTHERS_TAGS.items()]
    stack.iam.create_role(RoleName="pets-role-5c5c5c5", AssumeRolePolicyDocument=TRUST, Tags=pairs)
    stack.iam.create_role(RoleName="pets-role-6c6c6c6", AssumeRolePolicyDocument=TRUST)
    stack.sandbox.client("logs", FUNCTION_ACCOUNT).create_log_group(logGroupName="pets-logs-5c5c5c5", tags=OTHERS_TAGS)
    stack.permit("invoke-other", other)
    stack.permit("by-hand", f"{other}x")


def test_resources_of_other_stacks_are_not_listed(stack: Stack, leftovers: Callable[..., Said]) -> None:
    _others(stack)

    said = leftovers(stack.state)

    assert (said.code, _titles(said), said.err) == (0, [], "")


def test_an_interrupted_creation_can_be_imported_by_the_command_that_is_printed(
    stack: Stack, leftovers: Callable[..., Said]
) -> None:
    name, _ = log_group(stack)
    stack.state.interrupt(FUNCTION_ACCOUNT, GROUP, "pets-logs", name=name.rpartition(" ")[2])

    said = leftovers(stack.state)

    (command,) = [line for line in said.out.splitlines() if line.startswith("pulumi import")]
    assert command.split()[3:6] == [GROUP, "pets-logs", "pets-logs-4e4e4e4"]
    assert f"--provider provider={urn('pulumi:providers:aws', FUNCTION_ACCOUNT)}" in command


def test_resources_that_could_not_be_searched_are_named(stack: Stack, leftovers: Callable[..., Said]) -> None:
    state = json.loads(stack.state.text())
    for properties in ("inputs", "outputs"):
        del state["deployment"]["resources"][2][properties]["allowedAccountIds"]

    said = leftovers(json.dumps(state))

    assert said.code == 2
    assert f"not checked: {PERMISSION} invoke-1: its provider does not set an account and a Region" in said.out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", ["--state is not JSON", "pulumi stack export"]),
        ("[]", ["no `deployment`", "pulumi stack export"]),
        (json.dumps({"deployment": {"resources": []}}), ["no resources", "before it was destroyed"]),
        (json.dumps({"deployment": {"resources": [{"urn": "u"}]}}), ["'type'"]),
    ],
)
def test_a_text_that_is_not_a_stacks_export_is_refused_in_one_line(
    leftovers: Callable[..., Said], text: str, words: list[str]
) -> None:
    said = leftovers(text)

    assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 1)
    assert all(word in said.err for word in words), said.err


def test_a_file_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["leftovers", "--state", "/nowhere.json"]) == 2
    assert "--state /nowhere.json" in capsys.readouterr().err
