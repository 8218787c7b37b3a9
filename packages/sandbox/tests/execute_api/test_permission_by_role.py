"""Permission of an integration's `credentials` role to invoke a function: both accounts must allow it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox_testing.build import (
    API_ACCOUNT,
    API_ID,
    FUNCTION_ACCOUNT,
    HELLO,
    Api,
    add_alias,
    add_api,
    add_function,
    allow,
    lambda_proxy,
    log_messages,
)
from sandbox_testing.permission import SERVICE, assert_refused, get, statement

if TYPE_CHECKING:
    from cross_account_sandbox.functions.store import Function

TRUST: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": SERVICE, "Action": "sts:AssumeRole"}],
}


@pytest.fixture
def function(sandbox: Any) -> Function:
    return add_function(sandbox.world, HELLO)


def add_role(
    sandbox: Any, *, account: str = API_ACCOUNT, trust: dict[str, Any] = TRUST, invoke: str | None = None
) -> str:
    """Create the role `invoker`, allowed to invoke the given ARN."""
    iam = sandbox.client("iam", account=account)
    arn: str = iam.create_role(RoleName="invoker", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    if invoke is not None:
        policy = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": invoke}],
        }
        iam.put_role_policy(RoleName="invoker", PolicyName="invoke", PolicyDocument=json.dumps(policy))
    return arn


def api_with_role(sandbox: Any, function: Function, role: str) -> Api:
    api = add_api(sandbox.world)
    api.route("/", "GET", lambda_proxy(function, credentials=role))
    api.deploy()
    return api


def test_a_role_allowed_on_both_sides_lets_the_request_through(sandbox: Any, function: Function) -> None:
    role = add_role(sandbox, invoke=function.arn)
    allow(function, {"Principal": {"AWS": role}})
    assert get(sandbox, api_with_role(sandbox, function, role)).status == 200


def test_a_role_without_the_invoke_right_refuses(sandbox: Any, function: Function) -> None:
    role = add_role(sandbox)
    allow(function, {"Principal": {"AWS": role}})
    assert_refused(sandbox, api_with_role(sandbox, function, role))


def test_a_role_with_the_right_but_a_silent_function_policy_refuses(sandbox: Any, function: Function) -> None:
    role = add_role(sandbox, invoke=function.arn)
    assert_refused(sandbox, api_with_role(sandbox, function, role))


def test_a_role_that_may_invoke_the_function_may_not_invoke_its_alias(sandbox: Any, function: Function) -> None:
    add_alias(function)
    role = add_role(sandbox, invoke=function.arn)
    allow(function, {"Principal": {"AWS": role}}, qualifier="live")
    api = add_api(sandbox.world)
    api.route("/", "GET", lambda_proxy(f"{function.arn}:live", credentials=role))
    api.deploy()
    assert_refused(sandbox, api)


def test_a_statement_for_the_service_does_not_help_a_role(sandbox: Any, function: Function) -> None:
    allow(function, statement())
    role = add_role(sandbox, invoke=function.arn)
    assert_refused(sandbox, api_with_role(sandbox, function, role))


def test_a_source_arn_condition_does_not_hold_for_a_role(sandbox: Any, function: Function) -> None:
    role = add_role(sandbox, invoke=function.arn)
    allow(function, statement(principal={"AWS": role}, account=""))
    assert_refused(sandbox, api_with_role(sandbox, function, role))


def test_in_one_account_the_roles_own_right_is_enough(sandbox: Any) -> None:
    function = add_function(sandbox.world, HELLO, account=API_ACCOUNT)
    role = add_role(sandbox, invoke=function.arn)
    assert get(sandbox, api_with_role(sandbox, function, role)).status == 200


@pytest.mark.parametrize("case", ["another account", "no trust", "does not exist"])
def test_a_role_that_api_gateway_cannot_take_refuses(sandbox: Any, function: Function, case: str) -> None:
    lambda_trust = json.loads(json.dumps(TRUST).replace("apigateway", "lambda"))
    role = {
        "another account": lambda: add_role(sandbox, account=FUNCTION_ACCOUNT, invoke=function.arn),
        "no trust": lambda: add_role(sandbox, trust=lambda_trust, invoke=function.arn),
        "does not exist": lambda: f"arn:aws:iam::{API_ACCOUNT}:role/nobody",
    }[case]()
    allow(function, {"Principal": "*"})
    api = api_with_role(sandbox, function, role)
    api.log_at("ERROR")
    reply = get(sandbox, api)
    assert (reply.status, reply.json()) == (500, {"message": "Internal server error"})
    logged = log_messages(sandbox, account=API_ACCOUNT, group=f"API-Gateway-Execution-Logs_{API_ID}/dev")
    assert any(f"does not have permission to assume the provided role {role}" in line for line in logged)


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"StringEqualsIfExists": {"aws:SourceAccount": API_ACCOUNT}}, 200),
        ({"StringEquals": {"aws:SourceAccount": API_ACCOUNT}}, 500),
        ({"StringEqualsIfExists": {"aws:SourceAccount": FUNCTION_ACCOUNT}}, 500),
        ({"Null": {"aws:SourceAccount": "true"}}, 500),
    ],
)
def test_a_role_is_taken_only_if_its_trust_holds_with_and_without_the_source_account(
    sandbox: Any, function: Function, condition: dict[str, Any], status: int
) -> None:
    trust = {"Version": "2012-10-17", "Statement": [TRUST["Statement"][0] | {"Condition": condition}]}
    role = add_role(sandbox, trust=trust, invoke=function.arn)
    allow(function, {"Principal": {"AWS": role}})
    assert get(sandbox, api_with_role(sandbox, function, role)).status == status


@pytest.mark.parametrize(("allowed", "status"), [("us-east-1", 200), ("eu-west-1", 500)])
def test_a_guard_of_regions_knows_the_region_that_is_called(
    sandbox: Any, function: Function, allowed: str, status: int
) -> None:
    # IAM user guide, global condition keys: aws:RequestedRegion is in every request
    role = add_role(sandbox, invoke=function.arn)
    allow(function, {"Principal": {"AWS": role}})
    elsewhere = {"StringNotEquals": {"aws:RequestedRegion": allowed}}
    guard = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": elsewhere}
    sandbox.client("iam", account=API_ACCOUNT).put_role_policy(
        RoleName="invoker",
        PolicyName="guard",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [guard]}),
    )
    assert get(sandbox, api_with_role(sandbox, function, role)).status == status


def test_passing_the_caller_on_needs_a_signed_request(sandbox: Any, function: Function) -> None:
    allow(function, {"Principal": "*"})
    assert_refused(sandbox, api_with_role(sandbox, function, "arn:aws:iam::*:user/*"))
