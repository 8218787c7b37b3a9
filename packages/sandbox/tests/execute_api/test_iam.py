"""AWS_IAM and resource policies: the callers that tables A and B of the developer guide allow."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox_testing.build import (
    API_ACCOUNT,
    API_ID,
    ECHO_EVENT,
    FUNCTION_ACCOUNT,
    REGION,
    Api,
    add_api,
    add_function,
    allow_gateway,
    lambda_proxy,
    mock,
)
from sandbox_testing.signing import session, signed

ARN = f"arn:aws:execute-api:{REGION}:{API_ACCOUNT}:{API_ID}"
ALLOW_ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def identity(effect: str, resource: str = "*") -> str:
    return document({"Effect": effect, "Action": "execute-api:Invoke", "Resource": resource})


@pytest.fixture
def api(sandbox: Any) -> Api:
    """GET / and GET /pets/{petId}, both AWS_IAM, echo their event."""
    function = add_function(sandbox.world, ECHO_EVENT)
    allow_gateway(function)
    made = add_api(sandbox.world)
    for path in ("/", "/pets/{petId}"):
        made.route(path, "GET", lambda_proxy(function), authorization_type="AWS_IAM")
    made.deploy()
    return made


def assert_denied(reply: Any, who: str, path: str = "/", tail: str = "") -> None:
    assert reply.status == 403
    masked = ARN.replace(API_ACCOUNT, f"{'*' * 8}{API_ACCOUNT[-4:]}")
    action = "is not authorized to perform: execute-api:Invoke on resource"
    assert reply.json() == {"Message": f"User: {who} {action}: {masked}/dev/GET{path}{tail}"}
    assert reply.header("x-amzn-ErrorType") == "AccessDeniedException"


CALLER = f"arn:aws:sts::{API_ACCOUNT}:assumed-role/caller/tests"
FOREIGN = f"arn:aws:sts::{FUNCTION_ACCOUNT}:assumed-role/caller/tests"


def test_a_signed_and_allowed_caller_is_known_to_the_function(sandbox: Any, api: Api) -> None:
    keys = session(sandbox, identity("Allow", f"{ARN}/dev/GET/"))
    reply = signed(sandbox, api, keys)
    assert reply.status == 200
    known = reply.json()["requestContext"]["identity"]
    assert (known["accessKey"], known["accountId"], known["userArn"]) == (keys["AccessKeyId"], API_ACCOUNT, CALLER)
    assert known["user"] == known["caller"]
    assert known["user"].startswith("AROA")
    assert known["user"].endswith(":tests")


def test_another_path_than_the_policys_is_denied(sandbox: Any, api: Api) -> None:
    keys = session(sandbox, identity("Allow", f"{ARN}/dev/GET/pets/*"))
    assert signed(sandbox, api, keys, "/pets/7").status == 200
    assert_denied(signed(sandbox, api, keys), CALLER)


def test_a_trailing_slash_does_not_pass_a_deny(sandbox: Any, api: Api) -> None:
    deny = {"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": f"{ARN}/dev/GET/pets/7"}
    allow = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
    keys = session(sandbox, document(allow, deny))
    assert signed(sandbox, api, keys, "/pets/8").status == 200
    assert signed(sandbox, api, keys, "/pets/7").status == 403
    assert signed(sandbox, api, keys, "/pets/7/").status == 403


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"region": "eu-west-1"}, "InvalidSignatureException"),
        ({"service": "lambda"}, "InvalidSignatureException"),
        ({"sent": "/pets/7"}, "InvalidSignatureException"),
    ],
)
def test_a_signature_for_something_else_is_invalid(sandbox: Any, api: Api, changes: dict[str, str], error: str) -> None:
    reply = signed(sandbox, api, session(sandbox, identity("Allow")), **changes)
    assert (reply.status, reply.header("x-amzn-ErrorType")) == (403, error)


def test_keys_that_nobody_has_are_unrecognized(sandbox: Any, api: Api) -> None:
    keys = {"AccessKeyId": "ASIANOBODY", "SecretAccessKey": "x", "SessionToken": "y"}
    reply = signed(sandbox, api, keys)
    assert (reply.status, reply.header("x-amzn-ErrorType")) == (403, "UnrecognizedClientException")


# Tables A (same account) and B (another account): identity policy and resource policy decide


def run_table(sandbox: Any, api: Api, account: str, own: str | None, resource: str | None) -> Any:
    statement = ALLOW_ANYBODY | {"Principal": {"AWS": f"arn:aws:iam::{account}:role/caller"}}
    if resource is not None:
        effect = {"allow": "Allow", "deny": "Deny"}.get(resource)
        unrelated = statement | {"Resource": "execute-api:/prod/*"}
        api.definition.policy = document(statement | {"Effect": effect} if effect else unrelated)
        api.deploy()
    policy = {"allow": identity("Allow"), "deny": identity("Deny"), None: None}[own]
    return signed(sandbox, api, session(sandbox, policy, account=account))


@pytest.mark.parametrize(
    ("own", "resource", "allowed"),
    [
        ("allow", None, True),
        ("allow", "allow", True),
        ("allow", "neither", True),
        ("allow", "deny", False),
        (None, "allow", True),
        (None, "neither", False),
        (None, "deny", False),
        (None, None, False),
        ("deny", "allow", False),
        ("deny", "neither", False),
        ("deny", "deny", False),
    ],
)
def test_table_a_in_the_apis_own_account_either_policy_is_enough(
    sandbox: Any, api: Api, own: str | None, resource: str | None, allowed: bool
) -> None:
    reply = run_table(sandbox, api, API_ACCOUNT, own, resource)
    if allowed:
        assert reply.status == 200
    else:
        tail = " with an explicit deny" if "deny" in (own, resource) else ""
        assert_denied(reply, CALLER, tail=tail)


@pytest.mark.parametrize(
    ("own", "resource", "allowed"),
    [
        ("allow", "allow", True),
        ("allow", None, False),
        ("allow", "neither", False),
        ("allow", "deny", False),
        (None, "allow", False),
        (None, "neither", False),
        (None, "deny", False),
        ("deny", "allow", False),
        ("deny", "neither", False),
    ],
)
def test_table_b_from_another_account_both_policies_must_allow(
    sandbox: Any, api: Api, own: str | None, resource: str | None, allowed: bool
) -> None:
    reply = run_table(sandbox, api, FUNCTION_ACCOUNT, own, resource)
    if allowed:
        assert reply.status == 200
    else:
        tail = " with an explicit deny" if "deny" in (own, resource) else ""
        assert_denied(reply, FOREIGN, tail=tail)


def test_a_session_policy_narrows_what_the_role_may(sandbox: Any, api: Api) -> None:
    keys = session(sandbox, identity("Allow"), Policy=identity("Allow", f"{ARN}/dev/GET/pets/*"))
    assert signed(sandbox, api, keys, "/pets/1").status == 200
    assert_denied(signed(sandbox, api, keys), CALLER)


# Resource policies only


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        ([ALLOW_ANYBODY], True),
        ([ALLOW_ANYBODY | {"Resource": f"{ARN}/dev/GET/"}], True),
        ([ALLOW_ANYBODY | {"Resource": f"{ARN}/dev/POST/*"}], False),
        ([ALLOW_ANYBODY | {"Condition": {"IpAddress": {"aws:SourceIp": "127.0.0.1/32"}}}], True),
        ([ALLOW_ANYBODY | {"Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}], False),
        ([ALLOW_ANYBODY | {"Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}}], False),
        ([ALLOW_ANYBODY | {"Condition": {"Fancy": {"aws:SourceIp": "127.0.0.1"}}}], False),
        ([], False),
    ],
)
def test_without_authorization_a_policy_lets_in_whom_it_allows(
    sandbox: Any, statements: list[dict[str, Any]], allowed: bool
) -> None:
    api = add_api(sandbox.world)
    api.route("/", "GET", mock())
    api.definition.policy = document(*statements)
    api.deploy()
    reply = sandbox.request("GET", api.url())
    if allowed:
        assert reply.status == 200
    else:
        assert_denied(reply, "anonymous")


def test_a_deny_by_address_is_said_to_be_explicit(sandbox: Any) -> None:
    api = add_api(sandbox.world)
    api.route("/", "GET", mock())
    deny = ALLOW_ANYBODY | {"Effect": "Deny", "Condition": {"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}
    api.definition.policy = document(ALLOW_ANYBODY, deny)
    api.deploy()
    assert_denied(sandbox.request("GET", api.url()), "anonymous", tail=" with an explicit deny")


def test_a_caller_of_another_account_is_not_passed_on_to_the_function(sandbox: Any) -> None:
    """API Gateway does not pass on the caller, although it can invoke the function in its own account."""
    both = {"Effect": "Allow", "Action": ["execute-api:Invoke", "lambda:InvokeFunction"], "Resource": "*"}
    function = add_function(sandbox.world, ECHO_EVENT, account=FUNCTION_ACCOUNT)
    api = add_api(sandbox.world)
    passed_on = lambda_proxy(function, credentials="arn:aws:iam::*:user/*")
    api.route("/", "GET", passed_on, authorization_type="AWS_IAM")
    api.definition.policy = document(ALLOW_ANYBODY)
    api.deploy()
    foreigner = session(sandbox, document(both), account=FUNCTION_ACCOUNT)

    reply = signed(sandbox, api, foreigner)

    assert (reply.status, reply.json()) == (500, {"message": "Internal server error"})
    why = sandbox.world.traces.get(reply.header("x-amzn-RequestId")).deciding.summary
    assert why == f"The integration passes on {FOREIGN}, which is not in the API's account"


def test_the_caller_may_be_passed_on_to_the_function(sandbox: Any) -> None:
    function = add_function(sandbox.world, ECHO_EVENT, account=API_ACCOUNT)
    api = add_api(sandbox.world)
    passed_on = lambda_proxy(function, credentials="arn:aws:iam::*:user/*")
    api.route("/", "GET", passed_on, authorization_type="AWS_IAM")
    api.deploy()
    keys = session(sandbox, identity("Allow"))
    refused = signed(sandbox, api, keys)
    assert (refused.status, refused.json()) == (500, {"message": "Internal server error"})
    both = document(
        {"Effect": "Allow", "Action": ["execute-api:Invoke", "lambda:InvokeFunction"], "Resource": "*"},
    )
    sandbox.client("iam", account=API_ACCOUNT).put_role_policy(RoleName="caller", PolicyName="own", PolicyDocument=both)
    assert signed(sandbox, api, keys).status == 200
