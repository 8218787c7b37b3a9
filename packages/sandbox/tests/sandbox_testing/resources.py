"""Sessions of providers that log in to the sandbox under test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from cross_account_sandbox.resources.session import ProviderSession

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

#: The endpoints that a program's provider sets: every service that handlers call.
SERVICES = ("acm", "apigateway", "apigatewayv2", "ec2", "iam", "lambda", "logs", "ram", "route53", "s3", "sts")


class Login(Protocol):
    """Logs in to an account like a program's provider."""

    def __call__(self, account: str = ..., region: str = ..., tags: dict[str, str] | None = ...) -> ProviderSession: ...


@pytest.fixture
def login(sandbox: SandboxUnderTest) -> Login:
    """Log in to an account as the operator, with the inputs that pulumi-aws's provider sends."""

    def log_in(
        account: str = "111111111111", region: str = "us-east-1", tags: dict[str, str] | None = None
    ) -> ProviderSession:
        return ProviderSession.from_provider_inputs(
            {
                "region": region,
                "accessKey": "test",
                "secretKey": "test",
                "endpoints": [dict.fromkeys(SERVICES, sandbox.endpoint)],
                "assumeRoles": [{"roleArn": f"arn:aws:iam::{account}:role/sandbox-operator"}],
                "allowedAccountIds": [account],
                **({"defaultTags": {"tags": tags}} if tags else {}),
            }
        )

    return log_in
