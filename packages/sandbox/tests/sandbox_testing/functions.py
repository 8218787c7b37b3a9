"""Functions in the function account, created through Lambda's API."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from cross_account_sandbox.functions.runtimes import node_available

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox_testing.server import SandboxUnderTest

FUNCTION_ACCOUNT = "222222222222"
#: For a test of each language; Node.js is missing on some machines.
runtimes = pytest.mark.parametrize("runtime", ["python3.13", *(["nodejs22.x"] if node_available() else [])])
TRUST_LAMBDA = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}


def zipped(files: Mapping[str, str]) -> bytes:
    """Create a deployment package of these files; the same files produce the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, text in files.items():
            package.writestr(zipfile.ZipInfo(name), text)
    return buffer.getvalue()


@dataclass(frozen=True, kw_only=True)
class Lambda:
    """Lambda in one account: its boto3 client, and the execution role of its functions."""

    client: Any
    account: str
    role: str

    def create(self, name: str, source: str, *, runtime: str = "python3.13", **params: Any) -> dict[str, Any]:
        """Create a function whose module `index` has this source."""
        file = "index.mjs" if runtime.startswith("nodejs") else "index.py"
        answer: dict[str, Any] = self.client.create_function(
            **{
                "FunctionName": name,
                "Runtime": runtime,
                "Handler": "index.handler",
                "Role": self.role,
                "Code": {"ZipFile": zipped({file: source})},
                **params,
            }
        )
        return answer

    def call(self, name: str, event: Any = None, **params: Any) -> tuple[Any, dict[str, Any]]:
        """Invoke a function synchronously, and return the parsed payload and the whole response."""
        answer = self.client.invoke(FunctionName=name, Payload=json.dumps(event).encode(), **params)
        return json.loads(answer["Payload"].read()), answer


@pytest.fixture
def lambda_in(sandbox: SandboxUnderTest) -> Callable[[str], Lambda]:
    """Lambda in any account."""

    def of(account: str, region: str | None = None) -> Lambda:
        role = sandbox.client("iam", account).create_role(
            RoleName=f"execution-{region or 'here'}", AssumeRolePolicyDocument=json.dumps(TRUST_LAMBDA)
        )["Role"]["Arn"]
        return Lambda(client=sandbox.client("lambda", account, region), account=account, role=role)

    return of


@pytest.fixture
def functions(lambda_in: Callable[[str], Lambda]) -> Lambda:
    """Lambda in the function account, in us-east-1."""
    return lambda_in(FUNCTION_ACCOUNT)
