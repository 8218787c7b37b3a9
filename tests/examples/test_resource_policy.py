"""examples/resource-policy: across accounts, the API's policy and the caller's policy must both allow the call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.examples.signing import signed_headers, take_role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox_testing.server import Reply
    from tests.examples.conftest import Deployer, Up


CALLER_ACCOUNT = "333333333333"


@pytest.fixture
def orders(shared_up: Deployer) -> Up:
    return shared_up("resource-policy")


@pytest.fixture
def own(up: Deployer) -> Up:
    """One that the test may change."""
    return up("resource-policy")


def call(orders: Up, method: str, path: str, credentials: Mapping[str, str]) -> Reply:
    headers = signed_headers(method, f"{orders.outputs['url']}{path}", credentials)
    return orders.request(method, path, headers=headers)


def test_the_named_role_of_the_other_account_is_answered(orders: Up) -> None:
    reply = call(orders, "GET", "/orders/7", take_role(orders, orders.outputs["callerArn"]))

    assert reply.status == 200
    assert reply.json()["account"] == CALLER_ACCOUNT
    assert reply.json()["caller"].startswith(f"arn:aws:sts::{CALLER_ACCOUNT}:assumed-role/caller-")


def test_an_unsigned_request_is_refused(orders: Up) -> None:
    reply = orders.get("/orders")

    assert (reply.status, reply.json()) == (403, {"message": "Missing Authentication Token"})


def test_a_method_that_the_policies_do_not_name_is_refused(orders: Up) -> None:
    reply = call(orders, "POST", "/orders", take_role(orders, orders.outputs["callerArn"]))

    assert reply.status == 403
    assert "is not authorized to perform: execute-api:Invoke on resource" in reply.json()["Message"]


def test_without_the_callers_own_policy_the_resource_policy_is_not_enough(own: Up) -> None:
    iam = own.sandbox.client("iam", CALLER_ACCOUNT)
    name = own.outputs["callerName"]
    for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=name, PolicyName=policy)

    reply = call(own, "GET", "/orders", take_role(own, own.outputs["callerArn"]))

    assert reply.status == 403
    assert "is not authorized to perform: execute-api:Invoke on resource" in reply.json()["Message"]


def test_another_role_of_that_account_with_the_same_right_is_refused_by_the_resource_policy(own: Up) -> None:
    iam = own.sandbox.client("iam", CALLER_ACCOUNT)
    statement = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    other = iam.create_role(
        RoleName="other",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )["Role"]["Arn"]
    right = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": f"{own.outputs['apiExecutionArn']}/*"}
    iam.put_role_policy(
        RoleName="other",
        PolicyName="call",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [right]}),
    )

    reply = call(own, "GET", "/orders", take_role(own, other))

    assert reply.status == 403
    assert (
        "because no resource-based policy allows" in reply.json()["Message"]
        or "not authorized" in (reply.json()["Message"])
    )
