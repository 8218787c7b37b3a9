"""Permission to invoke a function: every way in which AWS refuses API Gateway, and the few in which it allows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aws_rules.arns import invoke_uri
from cross_account_sandbox.apigateway.model.definition import Integration
from cross_account_sandbox.trace import Outcome
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
    allow_gateway,
    lambda_proxy,
    log_messages,
)
from sandbox_testing.permission import SERVICE, assert_refused, get, statement

if TYPE_CHECKING:
    from cross_account_sandbox.functions.store import Function


@pytest.fixture
def function(sandbox: Any) -> Function:
    return add_function(sandbox.world, HELLO)


@pytest.fixture
def api(sandbox: Any, function: Function) -> Api:
    made = add_api(sandbox.world)
    made.route("/", "GET", lambda_proxy(function))
    made.deploy()
    return made


def test_the_right_statement_lets_the_request_through_and_the_trace_names_it(
    sandbox: Any, api: Api, function: Function
) -> None:
    allow(function, statement() | {"Sid": "from-the-api"})
    reply = get(sandbox, api)
    assert (reply.status, reply.body) == (200, b"hello")
    hop = sandbox.world.traces.get(reply.header("x-amzn-RequestId")).deciding
    assert hop.outcome is Outcome.ALLOWED
    assert hop.evidence["statement"] == "from-the-api"
    assert hop.evidence["sourceArn"] == f"arn:aws:execute-api:us-east-1:{API_ACCOUNT}:{API_ID}/dev/GET/"


def test_a_function_without_any_statement_refuses(sandbox: Any, api: Api) -> None:
    assert_refused(sandbox, api)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f"arn:aws:execute-api:us-east-1:{API_ACCOUNT}:otherapi00/dev/GET/", id="another API"),
        pytest.param(f"arn:aws:execute-api:us-east-1:{API_ACCOUNT}:{API_ID}/prod/GET/", id="another stage"),
        pytest.param(f"arn:aws:execute-api:us-east-1:{API_ACCOUNT}:{API_ID}/dev/POST/", id="another method"),
        pytest.param(f"arn:aws:execute-api:us-east-1:{API_ACCOUNT}:{API_ID}/dev/GET/pets", id="another path"),
        pytest.param(f"arn:aws:execute-api:us-east-1:{API_ACCOUNT}:{API_ID}/dev/GET", id="no trailing slash"),
        pytest.param(f"arn:aws:execute-api:eu-west-1:{API_ACCOUNT}:{API_ID}/dev/GET/", id="another region"),
        pytest.param(f"arn:aws:execute-api:us-east-1:{FUNCTION_ACCOUNT}:{API_ID}/dev/GET/", id="another account"),
        pytest.param(f"arn:aws:execute-api:us-east-1:{API_ACCOUNT}:{API_ID}/test-invoke-stage/GET/", id="the console"),
    ],
)
def test_a_source_arn_of_something_else_refuses(sandbox: Any, api: Api, function: Function, source: str) -> None:
    allow(function, statement(source=source))
    assert "SourceArn" in assert_refused(sandbox, api)


def test_a_wrong_source_account_refuses(sandbox: Any, api: Api, function: Function) -> None:
    allow(function, statement(account="333333333333"))
    assert "SourceAccount" in assert_refused(sandbox, api)


def test_the_root_principal_with_a_source_arn_matches_nothing(sandbox: Any, api: Api, function: Function) -> None:
    allow(function, statement(principal={"AWS": f"arn:aws:iam::{API_ACCOUNT}:root"}, account=""))
    assert_refused(sandbox, api)


def test_a_statement_on_the_function_does_not_admit_a_call_of_its_alias(sandbox: Any, function: Function) -> None:
    add_alias(function)
    allow(function, statement())
    api = add_api(sandbox.world)
    api.route("/", "GET", lambda_proxy(f"{function.arn}:live"))
    api.deploy()
    assert_refused(sandbox, api)
    allow(function, statement(), qualifier="live")
    assert get(sandbox, api).status == 200


def test_a_statement_on_the_alias_does_not_admit_a_call_of_the_function(
    sandbox: Any, api: Api, function: Function
) -> None:
    add_alias(function)
    allow(function, statement(), qualifier="live")
    assert_refused(sandbox, api)


def test_the_source_arn_carries_the_functions_region_not_the_apis(sandbox: Any) -> None:
    function = add_function(sandbox.world, HELLO, region="eu-west-1")
    api = add_api(sandbox.world)
    api.route("/", "GET", lambda_proxy(function))
    api.deploy()
    allow(function, statement())
    assert_refused(sandbox, api)
    allow(function, statement(source=f"arn:aws:execute-api:eu-west-1:{API_ACCOUNT}:{API_ID}/dev/GET/"))
    assert get(sandbox, api).status == 200


@pytest.mark.parametrize(
    ("tail", "status"), [("dev/*/{proxy+}", 200), ("dev/ANY/*", 200), ("dev/*/*", 200), ("dev/GET/*", 500)]
)
def test_an_any_method_of_a_greedy_path_is_known_to_lambda_by_its_own_form(
    sandbox: Any, function: Function, tail: str, status: int
) -> None:
    # X-Amz-Source-Arn in AWS's execution logs: …/Test/ANY/{resource+}
    allow_gateway(function, tail=tail)
    api = add_api(sandbox.world)
    api.route("/{proxy+}", "ANY", lambda_proxy(function))
    api.deploy()
    assert get(sandbox, api, "/a/b").status == status


def test_an_explicit_deny_wins_over_an_allow(sandbox: Any, api: Api, function: Function) -> None:
    allow(function, statement())
    allow(function, statement() | {"Effect": "Deny", "Sid": "no"})
    assert "no" in assert_refused(sandbox, api)


def test_an_unknown_condition_operator_never_helps_the_caller(sandbox: Any, api: Api, function: Function) -> None:
    allow(function, {"Principal": SERVICE, "Condition": {"ArnMostlyLike": {"AWS:SourceArn": "*"}}})
    assert_refused(sandbox, api)


def test_a_function_that_does_not_exist_is_answered_as_one_without_permission(sandbox: Any) -> None:
    api = add_api(sandbox.world)
    api.route("/", "GET", lambda_proxy(f"arn:aws:lambda:us-east-1:{FUNCTION_ACCOUNT}:function:nobody"))
    api.deploy()
    assert "does not exist" in assert_refused(sandbox, api)


def test_an_alias_that_does_not_exist_is_answered_as_one_without_permission(sandbox: Any, function: Function) -> None:
    allow(function, statement())
    api = add_api(sandbox.world)
    api.route("/", "GET", lambda_proxy(f"{function.arn}:live"))
    api.deploy()
    assert_refused(sandbox, api)


def test_a_uri_whose_region_is_not_the_functions_cannot_reach_it(sandbox: Any, function: Function) -> None:
    allow(function, statement())
    uri = invoke_uri(function.arn).replace(":apigateway:us-east-1:", ":apigateway:eu-west-1:")
    api = add_api(sandbox.world)
    api.route("/", "GET", Integration(type="AWS_PROXY", http_method="POST", uri=uri))
    api.deploy()
    api.log_at("ERROR")
    reply = get(sandbox, api)
    assert (reply.status, reply.json()) == (500, {"message": "Internal server error"})
    logged = log_messages(sandbox, account=API_ACCOUNT, group=f"API-Gateway-Execution-Logs_{API_ID}/dev")
    assert any("Functions from 'us-east-1' are not reachable in this region ('eu-west-1')" in line for line in logged)


def test_lambda_is_invoked_by_post_alone(sandbox: Any, function: Function) -> None:
    allow(function, statement())
    integration = lambda_proxy(function)
    integration.http_method = "GET"
    api = add_api(sandbox.world)
    api.route("/", "GET", integration)
    api.deploy()
    reply = get(sandbox, api)
    assert (reply.status, reply.json()) == (500, {"message": "Internal server error"})


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"StringEquals": {"aws:RequestedRegion": "us-east-1"}}, 200),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, 500),
        ({"Bool": {"aws:SecureTransport": "true"}}, 200),
        ({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}, 500),
    ],
)
def test_a_statement_may_ask_for_what_every_request_has(
    sandbox: Any, api: Api, function: Function, condition: dict[str, Any], status: int
) -> None:
    allow(function, {"Principal": SERVICE, "Condition": condition})
    assert get(sandbox, api).status == status
