"""Fixtures: a deployment created by boto3 calls, as the console creates it, and a doctor that checks it."""

from __future__ import annotations

import functools
import json
import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

import cross_account_doctor as package
from cross_account_doctor.cli import main
from doctor_testing.deployments import Deployment
from sandbox_testing.forks import forked
from sandbox_testing.server import SandboxUnderTest, sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["sandbox"]

API_ACCOUNT, FUNCTION_ACCOUNT, OTHER_ACCOUNT = "111111111111", "222222222222", "333333333333"

SCHEMA = json.loads((Path(package.__file__).parent / "report.schema.json").read_text())
_VALIDATOR = jsonschema.validators.validator_for(SCHEMA)(SCHEMA)

_PROFILES = f"""
[profile a]
aws_access_key_id = test
aws_secret_access_key = test
region = us-east-1

[profile b]
role_arn = arn:aws:iam::{FUNCTION_ACCOUNT}:role/operator
source_profile = a
region = us-east-1

[profile c]
role_arn = arn:aws:iam::{OTHER_ACCOUNT}:role/operator
source_profile = a
region = us-east-1
"""


@dataclass(frozen=True, kw_only=True)
class Said:
    """The doctor's output and exit code."""

    code: int
    out: str
    err: str

    @functools.cached_property
    def report(self) -> dict[str, Any]:
        """The report that --json printed, parsed."""
        parsed: dict[str, Any] = json.loads(self.out)
        _VALIDATOR.validate(parsed)
        return parsed

    @property
    def broken(self) -> list[str]:
        """The broken hops, in order, without duplicates."""
        return list(dict.fromkeys(item["hop"] for item in self.report["findings"] if item["status"] == "broken"))

    @property
    def unknown(self) -> list[str]:
        """The hops that were not checked."""
        return list(dict.fromkeys(item["hop"] for item in self.report["findings"] if item["status"] == "unknown"))

    @property
    def causes(self) -> str:
        """The causes, one per line."""
        return "\n".join(item["cause"] for item in self.report["findings"])

    @property
    def commands(self) -> list[str]:
        """Every printed command, in order. A command that is printed twice (a deployment) only counts the last time."""
        printed = [command for item in self.report["findings"] for command in item["mend"]["commands"]]
        return list(reversed(dict.fromkeys(reversed(printed))))


Doctor = "Callable[..., Said]"


@pytest.fixture
def profiles(sandbox: SandboxUnderTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An AWS configuration with one profile for each of the sandbox's accounts."""
    path = tmp_path / "config"
    path.write_text(_PROFILES)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(path))
    monkeypatch.setenv("AWS_ENDPOINT_URL", sandbox.endpoint)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return path


@pytest.fixture
def doctor(profiles: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run `cross-account-doctor check …` in this process."""
    assert profiles.exists()

    def run(*arguments: str) -> Said:
        code = main(["check", *arguments])
        captured = capsys.readouterr()
        return Said(code=code, out=captured.out, err=captured.err)

    return run


@pytest.fixture
def examined(doctor: Callable[..., Said]) -> Callable[..., Said]:
    """Check a deployment with both profiles and --json."""

    def run(deployment: Deployment, *more: str) -> Said:
        who = ("--api-profile", "a", "--function-profile", "b", "--json")
        said = doctor("--api-id", deployment.api_id, "--stage", deployment.stage, *who, *more)
        assert not said.err
        return said

    return run


@pytest.fixture(scope="session")
def aws_cli(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The AWS CLI."""
    executable = tmp_path_factory.mktemp("aws-cli") / "aws"
    executable.symlink_to(Path(sys.executable).parent / "aws")
    with forked(executable, "doctor_testing.forked_aws"):
        yield executable


@pytest.fixture
def aws(aws_cli: Path, tmp_path: Path) -> Callable[[str], str]:
    """Run a printed command unchanged with the AWS CLI, in a shell without AWS settings."""

    def run(command: str) -> str:
        assert "aws" in shlex.split(command)
        environment = {
            "PATH": f"{aws_cli.parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(tmp_path / "nobody"),
        }
        done = subprocess.run(command, shell=True, env=environment, capture_output=True, text=True, check=False)  # noqa: S602 - as a person pastes it
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        return done.stdout

    return run


@pytest.fixture
def profile_of(profiles: Path) -> Callable[[str], str]:
    """Add a profile for any account; returns its name."""

    def add(account: str) -> str:
        text = profiles.read_text()
        if f"[profile in-{account}]" not in text:
            role = f"arn:aws:iam::{account}:role/operator"
            lines = (f"[profile in-{account}]", f"role_arn = {role}", "source_profile = a", "region = us-east-1", "")
            profiles.write_text("\n".join((text, *lines)))
        return f"in-{account}"

    return add


@pytest.fixture
def deployment(sandbox: SandboxUnderTest) -> Deployment:
    """A healthy deployment: one function in one account, one API in another, `GET /` and `GET /pets/{petId}`."""
    made = Deployment(sandbox, api_account=API_ACCOUNT, function_account=FUNCTION_ACCOUNT)
    made.make()
    return made
