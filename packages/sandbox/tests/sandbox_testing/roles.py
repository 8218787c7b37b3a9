"""Roles and their policies, created through IAM."""

from __future__ import annotations

import json
from typing import Any

from sandbox_testing.server import SandboxUnderTest

API = "111111111111"


def policy(effect: str, **statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": effect, **statement}]})


def trust(principal: dict[str, Any], **statement: Any) -> str:
    return policy("Allow", Principal=principal, Action="sts:AssumeRole", **statement)


def make_role(sandbox: SandboxUnderTest, name: str, trusted: str, *, account: str = API, **parameters: Any) -> str:
    iam = sandbox.client("iam", account=account)
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusted, **parameters)["Role"]["Arn"]
    return arn


def session(sandbox: SandboxUnderTest, role: str, *, account: str = API, **parameters: Any) -> dict[str, str]:
    """Credentials of a new session of the role."""
    arn = f"arn:aws:iam::{account}:role/{role}"
    answer = sandbox.client("sts").assume_role(RoleArn=arn, RoleSessionName="tests", **parameters)
    credentials: dict[str, str] = answer["Credentials"]
    return credentials
