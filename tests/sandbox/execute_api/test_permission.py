"""May API Gateway invoke this function: every way AWS says no, and the few that it says yes to."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from components.arns import invoke_uri
from sandbox.apigateway.model.definition import Integration
from sandbox.trace import Outcome
from tests.sandbox.execute_api.build import (
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

if TYPE_CHECKING:
    from sandbox.functions.store import Function

LINE = "Execution failed due to configuration error: Invalid permissions on Lambda function"
SERVICE = {"Service": "apigateway.amazonaws.com"}
TRUST: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": SERVICE, "Action": "sts:AssumeRole"}],
}


def get(sandbox: Any, api: Api, path: str = "/") -> Any:
    return sandbox.request("GET", api.url(path))


def assert_refused(sandbox: Any, api: Api, path: str = "/") -> str:
    """500 in AWS's words, with the line in the execution log of the API's account; the reason is in the trace."""
    api.log_at("ERROR")
    reply = get(sandbox, api, path)
    assert (reply.status, reply.json()) == (500, {"message": "Internal server error"})
    assert reply.header("x-amzn-ErrorType") == "InternalServerErrorException"
    assert reply.header("Content-Type") == "application/json"
    logged = log_messages(sandbox, account=API_ACCOUNT, group=f"API-Gateway-Execution-Logs_{API_ID}/dev")
    request_id = reply.header("x-amzn-RequestId")
    assert f"({request_id}) {LINE}" in logged
    assert f"({request_id}) Method completed with status: 500" in logged
    hop = sandbox.world.traces.get(request_id).deciding
    assert (hop.name, hop.outcome) == ("permission", Outcome.DENIED)
    return str(hop.summary)


@pytest.fixture
def function(sandbox: Any) -> Function:
    return add_function(sandbox.world, HELLO)


@pytest.fixture
def api(sandbox: Any, function: Function) -> Api:
    made = add_api(sandbox.world)
    made.route("/", "GET", lambda_proxy(function))
    made.deploy()
    return made


def statement(**changes: Any) -> dict[str, Any]:
    """The right statement for GET / of stage dev, changed."""
    values = {
        "principal": SERVICE,
        "source": f"arn:aws:execute-api:us-east-1:{API_ACCOUNT}:{API_ID}/dev/GET/",
        "account": API_ACCOUNT,
    } | changes
    condition: dict[str, Any] = {"ArnLike": {"AWS:SourceArn": values["source"]}}
    if values["account"]:
        condition["StringEquals"] = {"AWS:SourceAccount": values["account"]}
    return {"Principal": values["principal"], "Condition": condition}


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


# The execution-role way


def add_role(
    sandbox: Any, *, account: str = API_ACCOUNT, trust: dict[str, Any] = TRUST, invoke: str | None = None
) -> str:
    """The role `invoker`, allowed to invoke the ARN given."""
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


def test_passing_the_caller_on_needs_a_signed_request(sandbox: Any, function: Function) -> None:
    allow(function, {"Principal": "*"})
    assert_refused(sandbox, api_with_role(sandbox, function, "arn:aws:iam::*:user/*"))
