"""Operations other than Invoke that a function's policy can allow another account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from cross_account_sandbox.functions.call_permission import GRANTABLE
from sandbox_testing.functions import FUNCTION_ACCOUNT, zipped

if TYPE_CHECKING:
    from sandbox_testing.functions import Lambda
    from sandbox_testing.server import SandboxUnderTest

SOURCE = "def handler(event, context):\n    return 1\n"
ARN = f"arn:aws:lambda:us-east-1:{FUNCTION_ACCOUNT}:function:pets"
CALLER_ACCOUNT = "333333333333"
EVERYTHING = {"Effect": "Allow", "Action": "lambda:*", "Resource": "*"}

NAMED = {"FunctionName": ARN}
LIVE = {"FunctionName": f"{ARN}:live"}
#: Every call that can be granted, with parameters that work in this order.
GRANTED: list[tuple[str, dict[str, Any]]] = [
    ("GetFunction", NAMED),
    ("GetFunctionConfiguration", NAMED),
    ("GetPolicy", NAMED),
    ("ListVersionsByFunction", NAMED),
    ("UpdateFunctionCode", {**NAMED, "ZipFile": zipped({"index.py": SOURCE + "# 2\n"})}),
    ("UpdateFunctionConfiguration", {**NAMED, "Timeout": 5}),
    ("PublishVersion", NAMED),
    ("CreateAlias", {**NAMED, "Name": "other", "FunctionVersion": "1"}),
    ("GetAlias", {**NAMED, "Name": "live"}),
    ("UpdateAlias", {**NAMED, "Name": "live", "Description": "theirs"}),
    ("ListAliases", NAMED),
    ("DeleteAlias", {**NAMED, "Name": "other"}),
    ("TagResource", {"Resource": ARN, "Tags": {"team": "theirs"}}),
    ("ListTags", {"Resource": ARN}),
    ("UntagResource", {"Resource": ARN, "TagKeys": ["team"]}),
    ("PutFunctionConcurrency", {**NAMED, "ReservedConcurrentExecutions": 1}),
    ("DeleteFunctionConcurrency", NAMED),
    ("DeleteFunction", NAMED),
]
#: Calls on functions that no function's policy can grant.
NOT_GRANTED: list[tuple[str, dict[str, Any]]] = [
    ("AddPermission", {**NAMED, "StatementId": "s", "Action": "lambda:InvokeFunction", "Principal": CALLER_ACCOUNT}),
    ("RemovePermission", {**NAMED, "StatementId": "granted"}),
    ("GetFunctionUrlConfig", NAMED),
]


@pytest.fixture
def pets(functions: Lambda) -> Lambda:
    functions.create("pets", SOURCE, Publish=True)
    functions.client.create_alias(FunctionName="pets", Name="live", FunctionVersion="1")
    return functions


def grant(pets: Lambda, action: str = "lambda:*", sid: str = "granted", **params: Any) -> None:
    pets.client.add_permission(
        **{"FunctionName": "pets", "StatementId": sid, "Action": action, "Principal": CALLER_ACCOUNT, **params}
    )


def caller(sandbox: SandboxUnderTest, *statements: dict[str, Any]) -> Any:
    """A Lambda client for a session of a role in the other account with these permissions."""
    iam = sandbox.client("iam", CALLER_ACCOUNT)
    trust = {"Effect": "Allow", "Principal": {"AWS": CALLER_ACCOUNT}, "Action": "sts:AssumeRole"}
    arn = iam.create_role(RoleName="caller", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))["Role"]["Arn"]
    if statements:
        policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.put_role_policy(RoleName="caller", PolicyName="rights", PolicyDocument=policy)
    session = sandbox.client("sts").assume_role(RoleArn=arn, RoleSessionName="tests")["Credentials"]
    return sandbox.client("lambda", credentials=session)


def outcome(client: Any, operation: str, params: dict[str, Any]) -> str:
    """Return `OK`, or the error's code and reason."""
    try:
        getattr(client, xform_name(operation))(**params)
    except ClientError as refusal:
        error = refusal.response["Error"]
        return f"{error['Code']}: {error['Message'].partition(' because ')[2] or error['Message']}"
    return "OK"


def test_the_table_has_every_call_that_can_be_granted() -> None:
    assert {operation for operation, _ in GRANTED} == GRANTABLE


def test_a_statement_for_every_action_lets_the_account_do_all_of_them(sandbox: SandboxUnderTest, pets: Lambda) -> None:
    grant(pets)
    far = caller(sandbox, EVERYTHING)
    assert [(each, outcome(far, each, params)) for each, params in GRANTED] == [(each, "OK") for each, _ in GRANTED]
    assert outcome(pets.client, "GetFunction", {"FunctionName": "pets"}).startswith("ResourceNotFoundException")


def test_without_a_statement_every_call_is_denied_and_nothing_happens(sandbox: SandboxUnderTest, pets: Lambda) -> None:
    far = caller(sandbox, EVERYTHING)
    before = pets.client.get_function(FunctionName="pets")["Configuration"]
    for operation, params in GRANTED:
        reason = f"no resource-based policy allows the lambda:{operation} action"
        assert outcome(far, operation, params) == f"AccessDeniedException: {reason}"
    assert pets.client.get_function(FunctionName="pets")["Configuration"] == before


def test_the_callers_own_policy_must_allow_it_too(sandbox: SandboxUnderTest, pets: Lambda) -> None:
    grant(pets)
    far = caller(sandbox, {**EVERYTHING, "Action": "lambda:GetFunction"})
    assert outcome(far, "GetFunction", NAMED) == "OK"
    reason = "no identity-based policy allows the lambda:GetPolicy action"
    assert outcome(far, "GetPolicy", NAMED) == f"AccessDeniedException: {reason}"


@pytest.mark.parametrize(("operation", "params"), NOT_GRANTED)
def test_a_function_policy_grants_nobody_what_it_cannot(
    sandbox: SandboxUnderTest, pets: Lambda, operation: str, params: dict[str, Any]
) -> None:
    grant(pets)
    reason = f"a function's policy cannot grant the lambda:{operation} action to another account"
    assert outcome(caller(sandbox, EVERYTHING), operation, params) == f"AccessDeniedException: {reason}"


@pytest.mark.parametrize(
    ("granted_on", "called", "allowed"),
    [("live", LIVE, True), ("live", NAMED, False), (None, NAMED, True), (None, LIVE, False)],
)
def test_each_qualifier_grants_for_itself(
    sandbox: SandboxUnderTest, pets: Lambda, granted_on: str | None, called: dict[str, str], allowed: bool
) -> None:
    grant(pets, "lambda:GetFunction", **({"Qualifier": granted_on} if granted_on else {}))
    assert (outcome(caller(sandbox, EVERYTHING), "GetFunction", called) == "OK") is allowed


@pytest.mark.usefixtures("pets")
def test_whether_a_function_exists_is_not_told_to_another_account(sandbox: SandboxUnderTest) -> None:
    far = caller(sandbox, EVERYTHING)
    missing = {"FunctionName": ARN.replace("pets", "none")}
    for operation in ("GetFunction", "Invoke"):
        assert outcome(far, operation, missing) == outcome(far, operation, NAMED)


def test_what_an_account_changes_lies_in_the_functions_account(sandbox: SandboxUnderTest, pets: Lambda) -> None:
    grant(pets)
    far = caller(sandbox, EVERYTHING)
    role = sandbox.client("iam", CALLER_ACCOUNT).get_role(RoleName="caller")["Role"]["Arn"]
    passed = outcome(far, "UpdateFunctionConfiguration", {**NAMED, "Role": role})
    assert passed == "AccessDeniedException: Cross-account pass role is not allowed."
    # All concurrency that can be reserved in the function's account is reserved.
    pets.create("others", SOURCE)
    pets.client.put_function_concurrency(FunctionName="others", ReservedConcurrentExecutions=900)
    reserved = outcome(far, "PutFunctionConcurrency", {**NAMED, "ReservedConcurrentExecutions": 1})
    assert reserved.startswith("InvalidParameterValueException: Specified ReservedConcurrentExecutions")
