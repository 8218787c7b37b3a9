"""Small Pulumi projects on disk, deployed into the sandbox under test."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Protocol

import pytest

from cross_account_sandbox.deploy.deployment import Deployed, deploy
from cross_account_sandbox.deploy.project import read_projects
from cross_account_sandbox.deploy.worker_main import load

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

_PROVIDERS = """
import json
import pulumi
import pulumi_aws as aws

config = pulumi.Config()
SERVICES = ("apigateway", "apigatewayv2", "iam", "lambda_", "logs", "sts")


def provider(name, account, region="us-east-1", **arguments):
    return aws.Provider(
        name,
        region=region,
        access_key="test",
        secret_key="test",
        assume_roles=[aws.ProviderAssumeRoleArgs(role_arn=f"arn:aws:iam::{account}:role/deployer")],
        endpoints=[aws.ProviderEndpointArgs(**dict.fromkeys(SERVICES, config.require("endpoint")))],
        **{"allowed_account_ids": [account], **arguments},
    )


"""


class Projects(Protocol):
    """Writes a project whose program starts with the usual imports and a helper `provider(name, account, …)`."""

    def __call__(
        self, name: str, program: str, *, description: str = ..., stack: str | None = ..., helper: bool = ...
    ) -> Path: ...


@pytest.fixture
def project(tmp_path: Path) -> Projects:
    """Create a folder with Pulumi.yaml, Pulumi.sandbox.yaml and a program."""

    def write(
        name: str, program: str, *, description: str = "", stack: str | None = "config: {}\n", helper: bool = True
    ) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        endpoint = "config:\n  endpoint:\n    type: string\n    default: http://127.0.0.1:1\n"
        settings = dedent(description) or endpoint
        (folder / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n{settings}")
        if stack is not None:
            (folder / "Pulumi.sandbox.yaml").write_text(dedent(stack))
        (folder / "__main__.py").write_text((_PROVIDERS if helper else "") + dedent(program))
        return folder

    return write


class Deploy(Protocol):
    """Deploys folders in order, with `-c` overrides."""

    def __call__(self, *folders: Path, config: tuple[str, ...] = ...) -> list[Deployed]: ...


@pytest.fixture(scope="session")
def loaded() -> None:
    """Do what the deploying process does before it deploys."""
    load()


@pytest.fixture
def up(sandbox: SandboxUnderTest, loaded: None) -> Deploy:  # noqa: ARG001 - it only has to be there
    """Deploy into the sandbox under test."""

    def run(*folders: Path, config: tuple[str, ...] = ()) -> list[Deployed]:
        return deploy(sandbox.world, read_projects(list(folders), "sandbox", list(config)))

    return run


LAMBDA_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
