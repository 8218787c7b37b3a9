"""Lambda authorizers: calls, events, the effect of their responses, and the cache."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cross_account_sandbox.apigateway.model.definition import Authorizer
from sandbox_testing.build import (
    API_ACCOUNT,
    API_ID,
    ECHO_EVENT,
    FUNCTION_ACCOUNT,
    Api,
    add_api,
    add_function,
    allow,
    allow_gateway,
    lambda_proxy,
    log_messages,
    mock,
)

#: Responds as the token requests, and counts its calls in this process.
AUTHORIZER = """
import json
calls = 0
def handler(event, context):
    global calls
    calls += 1
    token = event.get("authorizationToken") or event["headers"].get("token", "allow")
    if token == "Unauthorized":
        raise Exception("Unauthorized")
    if token == "crash":
        raise Exception("something else")
    if token == "nothing":
        return None
    if token == "no-policy":
        return {"principalId": "user"}
    if token == "no-principal":
        return {"policyDocument": policy("Allow", "*")}
    if token == "list":
        return {"principalId": "user", "policyDocument": policy("Allow", "*"), "context": {"a": [1]}}
    effect = "Deny" if token == "deny" else "Allow"
    resource = token.partition("=")[2] if token.startswith("only=") else "*" if token != "none" else "arn:aws:none"
    context = {"calls": calls, "flag": True, "text": "hi", "event": json.dumps(event)}
    return {"principalId": "user|7", "policyDocument": policy(effect, resource), "context": context}

def policy(effect, resource):
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}
"""


@pytest.fixture
def api(sandbox: Any) -> Api:
    """GET / and GET /other use a TOKEN authorizer in the function account, then echo the event."""
    echo = add_function(sandbox.world, ECHO_EVENT)
    allow_gateway(echo)
    made = add_api(sandbox.world)
    add_authorizer(sandbox, made, type="TOKEN", identity_source="method.request.header.Authorization")
    for path in ("/", "/other"):
        made.route(path, "GET", lambda_proxy(echo), authorization_type="CUSTOM", authorizer_id="auth01")
    made.deploy()
    return made


def add_authorizer(sandbox: Any, api: Api, *, region: str = "us-east-1", **values: Any) -> Authorizer:
    function = add_function(sandbox.world, AUTHORIZER, name="authorizer", region=region)
    allow_gateway(function, tail="authorizers/auth01")
    authorizer = Authorizer(id="auth01", name="own", uri=lambda_proxy(function).uri, **values)
    api.definition.authorizers["auth01"] = authorizer
    return authorizer


def call(sandbox: Any, api: Api, token: str | None, path: str = "/") -> Any:
    return sandbox.request("GET", api.url(path), headers={"Authorization": token} if token is not None else {})


def test_an_allowed_request_carries_the_authorizers_context(sandbox: Any, api: Api) -> None:
    reply = call(sandbox, api, "allow")
    assert reply.status == 200
    authorizer = reply.json()["requestContext"]["authorizer"]
    asked = json.loads(authorizer.pop("event"))
    assert isinstance(authorizer.pop("integrationLatency"), int)
    assert authorizer == {"principalId": "user|7", "calls": "1", "flag": "true", "text": "hi"}
    assert asked == {
        "type": "TOKEN",
        "authorizationToken": "allow",
        "methodArn": f"arn:aws:execute-api:us-east-1:{API_ACCOUNT}:{API_ID}/dev/GET/",
    }


@pytest.mark.parametrize("token", [None, "Unauthorized"])
def test_no_token_and_the_word_unauthorized_are_401(sandbox: Any, api: Api, token: str | None) -> None:
    reply = call(sandbox, api, token)
    assert (reply.status, reply.json()) == (401, {"message": "Unauthorized"})
    assert reply.header("x-amzn-ErrorType") == "UnauthorizedException"


def test_a_token_that_does_not_fit_the_expression_is_401_and_nobody_is_asked(sandbox: Any, api: Api) -> None:
    api.definition.authorizers["auth01"].identity_validation = "a.*"
    api.deploy()
    assert call(sandbox, api, "Bearer").status == 401
    assert call(sandbox, api, "allow").json()["requestContext"]["authorizer"]["calls"] == "1"


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("deny", "User is not authorized to access this resource with an explicit deny"),
        ("none", "User is not authorized to access this resource"),
    ],
)
def test_a_policy_that_does_not_allow_is_403(sandbox: Any, api: Api, token: str, message: str) -> None:
    reply = call(sandbox, api, token)
    assert (reply.status, reply.json()) == (403, {"Message": message})
    assert reply.header("x-amzn-ErrorType") == "AccessDeniedException"


@pytest.mark.parametrize("token", ["crash", "nothing", "no-policy", "no-principal", "list"])
def test_anything_else_is_500_with_a_null_message(sandbox: Any, api: Api, token: str) -> None:
    reply = call(sandbox, api, token)
    assert (reply.status, reply.json()) == (500, {"message": None})
    assert reply.header("x-amzn-ErrorType") == "AuthorizerConfigurationException"


def test_an_answer_is_cached_by_token_and_weighed_again_for_each_method(sandbox: Any, api: Api) -> None:
    only = f"only=arn:aws:execute-api:us-east-1:{API_ACCOUNT}:{API_ID}/dev/GET/"
    assert [call(sandbox, api, only).json()["requestContext"]["authorizer"]["calls"] for _ in range(2)] == ["1", "1"]
    assert call(sandbox, api, only, "/other").status == 403
    assert call(sandbox, api, "another").json()["requestContext"]["authorizer"]["calls"] == "2"


def test_the_authorizer_is_asked_before_the_usage_plan_as_the_log_shows(sandbox: Any, api: Api) -> None:
    api.log_at("INFO")
    assert call(sandbox, api, "allow").status == 200
    lines = log_messages(sandbox, account=API_ACCOUNT, group=f"API-Gateway-Execution-Logs_{API_ID}/dev")
    steps = ("Starting authorizer", "Successfully completed authorizer", "Verifying Usage Plan", "Starting execution")
    found = [step for line in lines for step in steps if step in line]
    assert found == list(steps)


def test_flushing_the_stages_authorizers_cache_makes_the_next_request_ask(sandbox: Any, api: Api) -> None:
    def calls() -> str:
        return str(call(sandbox, api, "allow").json()["requestContext"]["authorizer"]["calls"])

    assert [calls(), calls()] == ["1", "1"]
    gateway = sandbox.client("apigateway", account=API_ACCOUNT)
    gateway.flush_stage_authorizers_cache(restApiId=API_ID, stageName="dev")
    assert calls() == "2"


def test_without_a_ttl_every_request_asks(sandbox: Any, api: Api) -> None:
    api.definition.authorizers["auth01"].ttl_s = 0
    api.deploy()
    calls = [call(sandbox, api, "allow").json()["requestContext"]["authorizer"]["calls"] for _ in range(3)]
    assert calls == ["1", "2", "3"]


def test_a_request_authorizer_gets_the_request_and_needs_every_identity_source(sandbox: Any) -> None:
    echo = add_function(sandbox.world, ECHO_EVENT)
    allow_gateway(echo)
    api = add_api(sandbox.world)
    sources = "method.request.header.token, method.request.querystring.who, stageVariables.colour, context.stage"
    add_authorizer(sandbox, api, type="REQUEST", identity_source=sources)
    api.route("/pets/{petId}", "GET", lambda_proxy(echo), authorization_type="CUSTOM", authorizer_id="auth01")
    api.deploy().variables = {"colour": "blue"}
    reply = sandbox.request("GET", api.url("/pets/7?who=me"), headers={"Token": "allow"})
    asked = json.loads(reply.json()["requestContext"]["authorizer"]["event"])
    assert (asked["type"], asked["resource"], asked["pathParameters"]) == ("REQUEST", "/pets/{petId}", {"petId": "7"})
    assert asked["queryStringParameters"] == {"who": "me"}
    assert asked["requestContext"]["resourcePath"] == "/pets/{petId}"
    assert "body" not in asked
    assert sandbox.request("GET", api.url("/pets/7"), headers={"Token": "allow"}).status == 401
    assert sandbox.request("GET", api.url("/pets/7?who=me")).status == 401


def test_the_permission_of_an_authorizer_in_another_region_carries_the_functions_region(sandbox: Any) -> None:
    api = add_api(sandbox.world)
    add_authorizer(
        sandbox, api, region="eu-west-1", type="TOKEN", identity_source="method.request.header.Authorization"
    )
    api.route("/", "GET", mock(), authorization_type="CUSTOM", authorizer_id="auth01")
    api.deploy()
    assert call(sandbox, api, "allow").status == 200
    function = sandbox.world.functions(FUNCTION_ACCOUNT, "eu-west-1").functions["authorizer"]
    function.policies.clear()
    allow_gateway(function, tail="authorizers/auth01", region="us-east-1")
    assert call(sandbox, api, "another token").status == 500


def test_an_explicit_deny_of_the_resource_policy_settles_it_before_the_function_is_asked(
    sandbox: Any, api: Api
) -> None:
    api.definition.policy = json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Action": "execute-api:Invoke",
                    "Resource": "execute-api:/*",
                    "Condition": {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}},
                }
            ],
        }
    )
    api.deploy()
    reply = call(sandbox, api, "crash")
    assert reply.status == 403
    assert reply.json()["Message"].startswith("User: anonymous is not authorized to perform: execute-api:Invoke")
    assert reply.json()["Message"].endswith(" with an explicit deny")


def test_what_the_authorizer_is_silent_about_the_resource_policy_may_allow(sandbox: Any, api: Api) -> None:
    # Developer guide, apigateway-authorization-flow, table A, which also applies to Lambda authorizers
    statement = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*/GET/"}
    api.definition.policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    api.deploy()
    assert [call(sandbox, api, "none", path).status for path in ("/", "/other")] == [200, 403]
    assert call(sandbox, api, "allow", "/other").status == 200
    assert call(sandbox, api, "deny").status == 403


def test_cognito_is_refused_by_name(sandbox: Any) -> None:
    api = add_api(sandbox.world)
    api.route("/", "GET", mock(), authorization_type="COGNITO_USER_POOLS", authorizer_id="auth01")
    api.deploy()
    reply = sandbox.request("GET", api.url())
    assert reply.status == 501
    assert "COGNITO_USER_POOLS" in reply.json()["message"]


def test_an_authorizer_may_be_called_by_a_role_of_the_apis_account(sandbox: Any, api: Api) -> None:
    function = sandbox.world.functions(FUNCTION_ACCOUNT, "us-east-1").functions["authorizer"]
    function.policies.clear()
    iam = sandbox.client("iam", account=API_ACCOUNT)
    trust = {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    own = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": function.arn}
    trusted, owned = (json.dumps({"Version": "2012-10-17", "Statement": [each]}) for each in (trust, own))
    role = iam.create_role(RoleName="invoker", AssumeRolePolicyDocument=trusted)["Role"]["Arn"]
    api.definition.authorizers["auth01"].credentials = role
    api.deploy()
    assert call(sandbox, api, "allow").status == 500
    iam.put_role_policy(RoleName="invoker", PolicyName="own", PolicyDocument=owned)
    allow(function, {"Principal": {"AWS": role}})
    assert call(sandbox, api, "allow").status == 200


def tried(sandbox: Any, token: str | None) -> dict[str, Any]:
    gateway = sandbox.client("apigateway", account=API_ACCOUNT)
    headers = {"Authorization": token} if token is not None else {}
    answer: dict[str, Any] = gateway.test_invoke_authorizer(restApiId=API_ID, authorizerId="auth01", headers=headers)
    return answer


def test_a_tried_authorizer_shows_its_policy_and_the_consoles_log(sandbox: Any, api: Api) -> None:
    api.definition.authorizers["auth01"].ttl_s = 300
    answer = tried(sandbox, "deny")
    assert (answer["clientStatus"], answer["principalId"]) == (0, "user|7")
    assert json.loads(answer["policy"])["Statement"][0]["Effect"] == "Deny"
    first, *lines = answer["log"].splitlines()
    request_id = first.removeprefix("Execution log for request ")
    assert lines[0].endswith(f" : Starting authorizer: auth01 for request: {request_id}")
    assert lines[-1].endswith(" : Successfully completed authorizer execution")


@pytest.mark.parametrize(("token", "status"), [(None, 401), ("Unauthorized", 401), ("crash", 500)])
def test_a_tried_authorizer_that_fails_shows_the_clients_status(
    sandbox: Any, api: Api, token: str | None, status: int
) -> None:
    del api
    answer = tried(sandbox, token)
    assert answer["clientStatus"] == status
    assert "principalId" not in answer
