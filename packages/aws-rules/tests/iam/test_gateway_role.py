"""Trust policies for API Gateway: they must allow it whether or not the request names the API's account."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from aws_rules.iam.gateway_role import gateway_may_assume
from aws_rules.iam.request_keys import request_keys

KEYS = request_keys("us-east-1", at=datetime(2026, 11, 21, tzinfo=UTC))
ROLE = "arn:aws:iam::111111111111:role/invoker"


def trust(condition: dict[str, Any] | None = None, *, service: str = "apigateway.amazonaws.com") -> dict[str, Any]:
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement | ({"Condition": condition} if condition else {})]}


@pytest.mark.parametrize(
    "condition",
    [
        None,
        {"StringEqualsIfExists": {"aws:SourceAccount": "111111111111"}},
        {"StringEquals": {"aws:RequestedRegion": "us-east-1"}},
    ],
)
def test_a_trust_that_always_allows_api_gateway_is_enough(condition: dict[str, Any] | None) -> None:
    assert gateway_may_assume(ROLE, trust(condition), keys=KEYS).allowed


@pytest.mark.parametrize(
    "document",
    [
        trust(service="lambda.amazonaws.com"),
        trust({"StringEquals": {"aws:SourceAccount": "111111111111"}}),
        trust({"StringEqualsIfExists": {"aws:SourceAccount": "222222222222"}}),
        trust({"Null": {"aws:SourceAccount": "true"}}),
        {"Version": "2012-10-17", "Statement": []},
    ],
)
def test_a_trust_that_can_fail_on_aws_is_not_enough(document: dict[str, Any]) -> None:
    assert not gateway_may_assume(ROLE, document, keys=KEYS).allowed
