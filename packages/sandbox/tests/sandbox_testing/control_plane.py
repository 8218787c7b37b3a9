"""Helpers that the tests of Lambda's API share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable


SOURCE = "def handler(event, context):\n    return context.function_version\n"


ARN = "arn:aws:lambda:us-east-1:222222222222:function:pets"


def refused(call: Callable[[], Any]) -> tuple[str, int, str]:
    """The error code, status and message of a refused call."""
    with pytest.raises(ClientError) as refusal:
        call()
    error = refusal.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Message"]
