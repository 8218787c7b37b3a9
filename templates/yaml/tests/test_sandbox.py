"""Tests of the program, deployed by `pulumi up` into two accounts on this machine. Needs the Pulumi CLI."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from cross_account_sandbox.engine_plugin.launcher import write_launcher
from cross_account_sandbox.server import RunningSandbox

PROJECT = Path(__file__).parents[1]


class Deployed:
    """The stack, whose state is in a temporary folder."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        # The stand-in for the AWS provider, and this environment's `pulumi-resource-cross-account-api`.
        programs = [write_launcher(folder / "bin").parent, Path(sys.executable).parent]
        self.environment = {
            **os.environ,
            "PATH": os.pathsep.join([*map(str, programs), os.environ["PATH"]]),
            "PULUMI_BACKEND_URL": folder.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        self.endpoint = endpoint
        accounts = ["apiAccountId=111111111111", "functionAccountId=222222222222", f"endpoint={endpoint}"]
        self.config = [word for setting in accounts for word in ("--config", setting)]
        self.config += ["--config-file", str(folder / "Pulumi.test.yaml")]

    def pulumi(self, *words: str) -> str:
        """Run the CLI and return its output."""
        command = ["pulumi", *words, "--cwd", str(PROJECT), "--non-interactive"]
        return subprocess.run(command, env=self.environment, check=True, stdout=subprocess.PIPE, text=True).stdout


@pytest.fixture
def deployed(tmp_path: Path) -> Iterator[Deployed]:
    with RunningSandbox(port=0) as sandbox:
        stack = Deployed(tmp_path, sandbox.endpoint)
        stack.pulumi("stack", "init", "test")
        stack.pulumi("up", "--stack", "test", "--yes", "--skip-preview", *stack.config)
        yield stack
        stack.pulumi("destroy", "--stack", "test", "--yes", "--skip-preview", *stack.config[-2:])


def test_the_deployed_api_answers(deployed: Deployed) -> None:
    outputs = json.loads(deployed.pulumi("stack", "output", "--stack", "test", "--json"))
    local = f"{deployed.endpoint}/_aws/execute-api/{outputs['apiId']}/{outputs['stageName']}"
    with urllib.request.urlopen(f"{local}/?name=Ada") as answer:
        assert json.load(answer) == {"message": "Hello, Ada!"}
