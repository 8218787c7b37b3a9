"""The AWS CLI against the sandbox, with commands as a person types them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest


def aws(sandbox: SandboxUnderTest, *words: str, **environment: str) -> Any:
    command = [str(Path(sys.executable).with_name("aws")), *words, "--endpoint-url", sandbox.endpoint]
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
    ended = subprocess.run(
        command, env={**os.environ, **keys, **environment}, capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout) if ended.stdout.strip() else None


def test_the_cli_reaches_sts_iam_and_logs_of_another_account(sandbox: SandboxUnderTest) -> None:
    assumed = aws(
        sandbox,
        *("sts", "assume-role", "--role-arn", "arn:aws:iam::222222222222:role/any", "--role-session-name", "cli"),
    )["Credentials"]
    session = {
        "AWS_ACCESS_KEY_ID": assumed["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": assumed["SecretAccessKey"],
        "AWS_SESSION_TOKEN": assumed["SessionToken"],
    }
    assert aws(sandbox, "sts", "get-caller-identity", **session)["Account"] == "222222222222"
    aws(sandbox, "logs", "create-log-group", "--log-group-name", "/cli", **session)
    groups = aws(sandbox, "logs", "describe-log-groups", **session)["logGroups"]
    assert [group["arn"] for group in groups] == ["arn:aws:logs:us-east-1:222222222222:log-group:/cli:*"]
