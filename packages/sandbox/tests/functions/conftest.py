"""Fixtures of these tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from sandbox_testing.functions import FUNCTION_ACCOUNT, functions, lambda_in

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

__all__ = ["functions", "lambda_in"]


@pytest.fixture
def client(sandbox: SandboxUnderTest) -> Any:
    """A Lambda client in the function account that does not validate parameters."""
    return boto3.client(
        "lambda",
        region_name="us-east-1",
        endpoint_url=sandbox.endpoint,
        aws_access_key_id=FUNCTION_ACCOUNT,
        aws_secret_access_key="any",
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=False),
    )
