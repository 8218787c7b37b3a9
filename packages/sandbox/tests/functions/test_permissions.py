"""The policies of a function: one per qualifier, bound to the principals that existed when they were named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox_testing.functions import FUNCTION_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.functions import Lambda
    from sandbox_testing.server import SandboxUnderTest

SOURCE = "def handler(event, context):\n    return 1\n"
ARN = "arn:aws:lambda:us-east-1:222222222222:function:pets"
CALLER_ACCOUNT = "333333333333"
METHOD = "arn:aws:execute-api:us-east-1:111111111111:a1b2c3/dev/GET/"
PRINCIPAL_INVALID = "The provided principal was invalid. Please check the principal and try again."


@pytest.fixture
def pets(functions: Lambda) -> Lambda:
    functions.create("pets", SOURCE, Publish=True)
    functions.client.create_alias(FunctionName="pets", Name="live", FunctionVersion="1")
    return functions


def permit(functions: Lambda, sid: str = "gateway", **params: Any) -> dict[str, Any]:
    answer = functions.client.add_permission(
        **{
            "FunctionName": "pets",
            "StatementId": sid,
            "Action": "lambda:InvokeFunction",
            "Principal": "apigateway.amazonaws.com",
            **params,
        }
    )
    statement: dict[str, Any] = json.loads(answer["Statement"])
    return statement


def policy(functions: Lambda, **params: Any) -> list[dict[str, Any]]:
    document = json.loads(functions.client.get_policy(FunctionName="pets", **params)["Policy"])
    assert (document["Version"], document["Id"]) == ("2012-10-17", "default")
    statements: list[dict[str, Any]] = document["Statement"]
    return statements


def refused(call: Callable[[], Any]) -> tuple[str, int, str]:
    with pytest.raises(ClientError) as refusal:
        call()
    error = refusal.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Message"]


def role(sandbox: SandboxUnderTest, name: str = "caller", *, may_invoke: str | None = "*") -> str:
    """Create a role in the calling account, trusted by that account and allowed to invoke this resource."""
    iam = sandbox.client("iam", CALLER_ACCOUNT)
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": CALLER_ACCOUNT}, "Action": "sts:AssumeRole"}],
    }
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    if may_invoke:
        statement = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": may_invoke}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        iam.put_role_policy(RoleName=name, PolicyName="invoke", PolicyDocument=json.dumps(document))
    return arn


def as_role(sandbox: SandboxUnderTest, arn: str) -> Any:
    """Return a Lambda client for a session of this role."""
    credentials = sandbox.client("sts").assume_role(RoleArn=arn, RoleSessionName="tests")["Credentials"]
    return sandbox.client("lambda", credentials=credentials)


def test_a_statement_for_api_gateway_names_service_account_and_source(pets: Lambda) -> None:
    statement = permit(pets, Qualifier="live", SourceArn=METHOD, SourceAccount="111111111111")
    assert statement == {
        "Sid": "gateway",
        "Effect": "Allow",
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": f"{ARN}:live",
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": "111111111111"},
            "ArnLike": {"AWS:SourceArn": METHOD},
        },
    }
    assert policy(pets, Qualifier="live") == [statement]


def test_each_qualifier_has_a_policy_of_its_own(pets: Lambda) -> None:
    permit(pets, "on-alias", Qualifier="live")
    permit(pets, "on-version", FunctionName=f"{ARN}:1")
    permit(pets, "on-function")
    assert [item["Sid"] for item in policy(pets, Qualifier="live")] == ["on-alias"]
    assert [item["Sid"] for item in policy(pets, Qualifier="1")] == ["on-version"]
    assert [item["Sid"] for item in policy(pets)] == ["on-function"]
    assert [item["Resource"] for item in policy(pets)] == [ARN]


def test_a_qualifier_without_statements_has_no_policy_whatever_the_others_have(pets: Lambda) -> None:
    permit(pets)
    for call in (
        lambda: policy(pets, Qualifier="live"),
        lambda: pets.client.remove_permission(FunctionName="pets", StatementId="gateway", Qualifier="live"),
    ):
        assert refused(call)[:2] == ("ResourceNotFoundException", 404)
    assert [item["Sid"] for item in policy(pets)] == ["gateway"]


def test_a_boundary_and_a_session_policy_narrow_whom_a_statement_lets_in(
    sandbox: SandboxUnderTest, pets: Lambda
) -> None:
    # IAM user guide, reference_policies_evaluation-logic-cross-account: both accounts must allow, limits included
    arn = role(sandbox)
    permit(pets, Principal=arn)
    assert as_role(sandbox, arn).invoke(FunctionName=ARN)["StatusCode"] == 200
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    narrow = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    keys = sandbox.client("sts").assume_role(RoleArn=arn, RoleSessionName="tests", Policy=narrow)["Credentials"]
    limited = sandbox.client("lambda", credentials=keys)
    assert refused(lambda: limited.invoke(FunctionName=ARN))[0] == "AccessDeniedException"
    iam = sandbox.client("iam", CALLER_ACCOUNT)
    boundary = iam.create_policy(PolicyName="narrow", PolicyDocument=narrow)["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="caller", PermissionsBoundary=boundary)
    assert refused(lambda: as_role(sandbox, arn).invoke(FunctionName=ARN))[0] == "AccessDeniedException"


def test_an_account_as_principal_becomes_its_root(pets: Lambda) -> None:
    statement = permit(pets, Principal="111111111111")
    assert statement["Principal"] == {"AWS": "arn:aws:iam::111111111111:root"}


def test_an_organization_is_a_condition_on_everybody(pets: Lambda) -> None:
    statement = permit(pets, Principal="*", PrincipalOrgID="o-abcdefghij")
    assert statement["Principal"] == "*"
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}


@pytest.mark.parametrize(
    "principal", [f"arn:aws:iam::{CALLER_ACCOUNT}:role/missing", "apigateway", "arn:aws-cn:iam::111111111111:root"]
)
def test_a_principal_that_is_not_there_is_invalid(pets: Lambda, principal: str) -> None:
    assert refused(lambda: permit(pets, Principal=principal)) == (
        "InvalidParameterValueException",
        400,
        PRINCIPAL_INVALID,
    )


def test_a_statement_id_can_be_used_once_per_qualifier(pets: Lambda) -> None:
    permit(pets, Qualifier="live")
    permit(pets)
    code, status, message = refused(lambda: permit(pets, Qualifier="live"))
    assert (code, status) == ("ResourceConflictException", 409)
    assert message.startswith("The statement id (gateway) provided already exists.")


def test_no_permission_is_added_to_latest_by_qualifier(pets: Lambda) -> None:
    code, _, message = refused(lambda: permit(pets, Qualifier="$LATEST"))
    assert code == "InvalidParameterValueException"
    assert message == "We currently do not support adding policies for $LATEST."


def test_a_policy_holds_20480_bytes_and_no_more(pets: Lambda) -> None:
    def add_until_full() -> None:
        for number in range(100):
            permit(pets, f"s{number}", SourceArn=METHOD + "x" * 200, SourceAccount="111111111111")

    code, status, message = refused(add_until_full)
    assert (code, status) == ("PolicyLengthExceededException", 400)
    assert message.endswith("is bigger than the limit (20480).")
    text = pets.client.get_policy(FunctionName="pets")["Policy"]
    assert 19_900 < len(text) <= 20_480


def test_a_stale_revision_of_a_policy_fails_the_precondition(pets: Lambda) -> None:
    permit(pets, "one")
    stale = pets.client.get_policy(FunctionName="pets")["RevisionId"]
    permit(pets, "two", RevisionId=stale)
    code, status, _ = refused(lambda: permit(pets, "three", RevisionId=stale))
    assert (code, status) == ("PreconditionFailedException", 412)


def test_a_change_of_a_policy_leaves_running_environments_in_use(functions: Lambda) -> None:
    functions.create("pets", "import os\ndef handler(event, context):\n    return os.getpid()\n")
    before, _ = functions.call("pets")
    permit(functions)
    assert functions.call("pets")[0] == before


def test_a_removed_statement_is_gone_and_an_empty_policy_with_it(pets: Lambda) -> None:
    permit(pets, Qualifier="live")

    def remove() -> Any:
        return pets.client.remove_permission(FunctionName="pets", StatementId="gateway", Qualifier="live")

    remove()
    assert refused(lambda: policy(pets, Qualifier="live")) == (
        "ResourceNotFoundException",
        404,
        "The resource you requested does not exist.",
    )
    assert refused(remove)[:2] == ("ResourceNotFoundException", 404)


def test_removing_a_statement_that_is_not_there_names_it(pets: Lambda) -> None:
    permit(pets, "one")
    refusal = refused(lambda: pets.client.remove_permission(FunctionName="pets", StatementId="two"))
    assert refusal == ("ResourceNotFoundException", 404, "Statement two is not found in resource policy.")


def test_a_deleted_role_is_shown_by_its_unique_id(sandbox: SandboxUnderTest, pets: Lambda) -> None:
    arn = role(sandbox)
    iam = sandbox.client("iam", CALLER_ACCOUNT)
    unique_id = iam.get_role(RoleName="caller")["Role"]["RoleId"]
    permit(pets, Principal=arn)
    assert policy(pets)[0]["Principal"] == {"AWS": arn}
    iam.delete_role_policy(RoleName="caller", PolicyName="invoke")
    iam.delete_role(RoleName="caller")
    assert policy(pets)[0]["Principal"] == {"AWS": unique_id}
    role(sandbox)
    assert policy(pets)[0]["Principal"] == {"AWS": unique_id}, "a role of the same name is another principal"


def test_a_role_of_another_account_needs_its_own_policy_and_the_functions(
    sandbox: SandboxUnderTest, pets: Lambda
) -> None:
    allowed, silent = role(sandbox, "allowed"), role(sandbox, "silent", may_invoke=None)

    def invoke(arn: str) -> Any:
        return as_role(sandbox, arn).invoke(FunctionName=f"{ARN}:live")

    code, status, message = refused(lambda: invoke(allowed))
    assert (code, status) == ("AccessDeniedException", 403)
    assert message == (
        f"User: arn:aws:sts::{CALLER_ACCOUNT}:assumed-role/allowed/tests is not authorized to perform: "
        f"lambda:InvokeFunction on resource: {ARN}:live "
        "because no resource-based policy allows the lambda:InvokeFunction action"
    )
    permit(pets, "one", Principal=allowed, Qualifier="live")
    permit(pets, "two", Principal=silent, Qualifier="live")
    assert invoke(allowed)["StatusCode"] == 200
    assert "because no identity-based policy allows" in refused(lambda: invoke(silent))[2]


def test_a_statement_on_the_function_does_not_admit_a_call_of_its_alias(
    sandbox: SandboxUnderTest, pets: Lambda
) -> None:
    arn = role(sandbox)
    permit(pets, Principal=arn)
    assert as_role(sandbox, arn).invoke(FunctionName=ARN)["StatusCode"] == 200
    assert refused(lambda: as_role(sandbox, arn).invoke(FunctionName=f"{ARN}:live"))[1] == 403
    assert refused(lambda: as_role(sandbox, arn).invoke(FunctionName=ARN, Qualifier="$LATEST"))[1] == 403


def test_a_role_made_anew_under_the_same_name_is_not_let_in(sandbox: SandboxUnderTest, pets: Lambda) -> None:
    arn = role(sandbox)
    permit(pets, "old", Principal=arn)
    iam = sandbox.client("iam", CALLER_ACCOUNT)
    iam.delete_role_policy(RoleName="caller", PolicyName="invoke")
    iam.delete_role(RoleName="caller")
    role(sandbox)
    assert refused(lambda: as_role(sandbox, arn).invoke(FunctionName=ARN))[1] == 403
    permit(pets, "new", Principal=arn)
    assert as_role(sandbox, arn).invoke(FunctionName=ARN)["StatusCode"] == 200


def test_a_role_of_the_functions_account_needs_either_policy(sandbox: SandboxUnderTest, pets: Lambda) -> None:
    iam = sandbox.client("iam", FUNCTION_ACCOUNT)
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": FUNCTION_ACCOUNT}, "Action": "sts:AssumeRole"}],
    }
    arn = iam.create_role(RoleName="local", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    assert refused(lambda: as_role(sandbox, arn).invoke(FunctionName=ARN))[1] == 403
    permit(pets, Principal=arn)
    assert as_role(sandbox, arn).invoke(FunctionName=ARN)["StatusCode"] == 200


def test_root_with_a_source_arn_lets_nobody_in(sandbox: SandboxUnderTest, pets: Lambda) -> None:
    """The widely copied statement: a role's call does not have the key (facts, section 2)."""
    arn = role(sandbox)
    permit(pets, Principal=CALLER_ACCOUNT, SourceArn=METHOD)
    assert refused(lambda: as_role(sandbox, arn).invoke(FunctionName=ARN))[1] == 403
