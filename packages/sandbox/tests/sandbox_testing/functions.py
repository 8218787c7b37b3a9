"""A function in the function account, made through the API as any client would."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox_testing.server import SandboxUnderTest

FUNCTION_ACCOUNT = "222222222222"
TRUST_LAMBDA = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}


def zipped(files: Mapping[str, str]) -> bytes:
    """A deployment package of these files; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, text in files.items():
            package.writestr(zipfile.ZipInfo(name), text)
    return buffer.getvalue()


@dataclass(frozen=True, kw_only=True)
class Lambda:
    """Lambda of one account, by its boto3 client, with its functions' execution role."""

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
        """Invoke and wait: the payload, parsed, and the whole answer."""
        answer = self.client.invoke(FunctionName=name, Payload=json.dumps(event).encode(), **params)
        return json.loads(answer["Payload"].read()), answer


@pytest.fixture
def lambda_in(sandbox: SandboxUnderTest) -> Callable[[str], Lambda]:
    """Lambda of any account."""

    def of(account: str, region: str | None = None) -> Lambda:
        role = sandbox.client("iam", account).create_role(
            RoleName=f"execution-{region or 'here'}", AssumeRolePolicyDocument=json.dumps(TRUST_LAMBDA)
        )["Role"]["Arn"]
        return Lambda(client=sandbox.client("lambda", account, region), account=account, role=role)

    return of


@pytest.fixture
def functions(lambda_in: Callable[[str], Lambda]) -> Lambda:
    """Lambda of the function account, in us-east-1."""
    return lambda_in(FUNCTION_ACCOUNT)
