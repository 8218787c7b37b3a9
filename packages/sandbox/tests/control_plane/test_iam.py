"""IAM, in cases where moto drops what AWS keeps or accepts what AWS refuses."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

SERVICE_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
ALLOW_ALL = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
BASIC_EXECUTION = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"


def trust_of(arn: str) -> str:
    return SERVICE_TRUST.replace('"Service": "lambda.amazonaws.com"', f'"AWS": "{arn}"')


def test_update_role_keeps_the_description_that_it_is_not_given(sandbox: SandboxUnderTest) -> None:
    iam = sandbox.client("iam")
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=SERVICE_TRUST, Description="what it is for")
    iam.update_role(RoleName="role", MaxSessionDuration=7200)
    role = iam.get_role(RoleName="role")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("what it is for", 7200)


def test_awss_own_managed_policies_can_be_attached_and_read(sandbox: SandboxUnderTest) -> None:
    iam = sandbox.client("iam")
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=SERVICE_TRUST)
    iam.attach_role_policy(RoleName="role", PolicyArn=BASIC_EXECUTION)
    attached = iam.list_attached_role_policies(RoleName="role")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [BASIC_EXECUTION]
    assert iam.get_policy(PolicyArn=BASIC_EXECUTION)["Policy"]["PolicyName"] == "AWSLambdaBasicExecutionRole"
    view = sandbox.world.roles.role("111111111111", "role")
    assert view is not None
    assert "logs:PutLogEvents" in view.policies[0]["Statement"][0]["Action"]


@pytest.mark.parametrize("kind", ["role", "user", "group"])
def test_what_is_attached_must_be_the_arn_of_a_policy(sandbox: SandboxUnderTest, kind: str) -> None:
    iam = sandbox.client("iam")
    given = {f"{kind.capitalize()}Name": "one"}
    getattr(iam, f"create_{kind}")(**given, **({"AssumeRolePolicyDocument": SERVICE_TRUST} if kind == "role" else {}))
    with pytest.raises(ClientError) as refusal:
        getattr(iam, f"attach_{kind}_policy")(**given, PolicyArn="a-long-name-but-no-arn")
    error = refusal.value.response["Error"]
    assert (error["Code"], error["Message"]) == ("ValidationError", "Invalid ARN: Could not be parsed!")


def test_a_created_role_is_shown_without_what_only_get_role_shows(sandbox: SandboxUnderTest) -> None:
    iam = sandbox.client("iam")
    created = iam.create_role(RoleName="one", AssumeRolePolicyDocument=SERVICE_TRUST, MaxSessionDuration=7200)["Role"]
    assert not {"MaxSessionDuration", "RoleLastUsed"} & set(created)
    assert iam.get_role(RoleName="one")["Role"]["MaxSessionDuration"] == 7200


def test_an_error_has_one_message(sandbox: SandboxUnderTest) -> None:
    with pytest.raises(ClientError) as refusal:
        sandbox.client("iam").get_role(RoleName="nobody")
    assert set(refusal.value.response["Error"]) == {"Type", "Code", "Message"}
    assert "message" not in refusal.value.response


def test_an_aws_managed_policy_that_does_not_exist_cannot_be_attached(sandbox: SandboxUnderTest) -> None:
    iam = sandbox.client("iam")
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=SERVICE_TRUST)
    with pytest.raises(ClientError, match="NoSuchEntity"):
        iam.attach_role_policy(RoleName="role", PolicyArn="arn:aws:iam::aws:policy/NoSuchPolicy")


@pytest.mark.parametrize("version", [{}, {"Version": "2008-10-17"}, {"Version": "2012-10-17"}])
def test_trust_and_inline_policies_may_leave_the_version_out(
    sandbox: SandboxUnderTest, version: dict[str, str]
) -> None:
    iam = sandbox.client("iam")
    trust = json.dumps({**version, "Statement": json.loads(SERVICE_TRUST)["Statement"]})
    policy = json.dumps({**version, "Statement": json.loads(ALLOW_ALL)["Statement"]})
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=trust)
    iam.update_assume_role_policy(RoleName="role", PolicyDocument=trust)
    iam.put_role_policy(RoleName="role", PolicyName="inline", PolicyDocument=policy)
    iam.create_user(UserName="user")
    iam.put_user_policy(UserName="user", PolicyName="inline", PolicyDocument=policy)
    iam.create_group(GroupName="group")
    iam.put_group_policy(GroupName="group", PolicyName="inline", PolicyDocument=policy)
    got = iam.get_role_policy(RoleName="role", PolicyName="inline")["PolicyDocument"]
    assert got == json.loads(policy)


def test_a_version_that_there_is_not_is_refused(sandbox: SandboxUnderTest) -> None:
    iam = sandbox.client("iam")
    with pytest.raises(ClientError, match="MalformedPolicyDocument"):
        iam.create_role(RoleName="role", AssumeRolePolicyDocument=SERVICE_TRUST.replace("2012", "2011"))


def test_a_managed_policy_needs_its_version(sandbox: SandboxUnderTest) -> None:
    iam = sandbox.client("iam")
    policy = json.dumps({"Statement": json.loads(ALLOW_ALL)["Statement"]})
    with pytest.raises(ClientError, match="must be version 2012-10-17 or greater"):
        iam.create_policy(PolicyName="managed", PolicyDocument=policy)
    arn = iam.create_policy(PolicyName="managed", PolicyDocument=ALLOW_ALL)["Policy"]["Arn"]
    with pytest.raises(ClientError, match="must be version 2012-10-17 or greater"):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy)


def test_a_trust_policy_that_is_no_policy_is_refused(sandbox: SandboxUnderTest) -> None:
    with pytest.raises(ClientError, match="MalformedPolicyDocument"):
        sandbox.client("iam").create_role(RoleName="role", AssumeRolePolicyDocument="{")


def test_a_trust_policy_that_names_a_role_that_does_not_exist_is_refused(sandbox: SandboxUnderTest) -> None:
    missing = "arn:aws:iam::222222222222:role/missing"
    with pytest.raises(ClientError, match=r"MalformedPolicyDocument.*Invalid principal in policy"):
        sandbox.client("iam").create_role(RoleName="role", AssumeRolePolicyDocument=trust_of(missing))


def test_a_trust_policy_may_name_any_account(sandbox: SandboxUnderTest) -> None:
    account = "arn:aws:iam::222222222222:root"
    assert sandbox.client("iam").create_role(RoleName="role", AssumeRolePolicyDocument=trust_of(account))


def test_a_role_made_again_under_its_name_has_another_unique_id(sandbox: SandboxUnderTest) -> None:
    iam = sandbox.client("iam")
    first = iam.create_role(RoleName="role", AssumeRolePolicyDocument=SERVICE_TRUST)["Role"]
    iam.delete_role(RoleName="role")
    second = iam.create_role(RoleName="role", AssumeRolePolicyDocument=SERVICE_TRUST)["Role"]
    assert first["Arn"] == second["Arn"]
    assert first["RoleId"] != second["RoleId"]


def test_a_role_with_policies_cannot_be_deleted(sandbox: SandboxUnderTest) -> None:
    iam = sandbox.client("iam")
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=SERVICE_TRUST)
    iam.put_role_policy(RoleName="role", PolicyName="inline", PolicyDocument=ALLOW_ALL)
    with pytest.raises(ClientError, match="DeleteConflict"):
        iam.delete_role(RoleName="role")


def test_what_the_vendors_provider_asks_of_a_new_role_is_answered(sandbox: SandboxUnderTest) -> None:
    iam = sandbox.client("iam")
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=SERVICE_TRUST, Tags=[{"Key": "team", "Value": "a"}])
    assert iam.get_role(RoleName="role")["Role"]["AssumeRolePolicyDocument"] == json.loads(SERVICE_TRUST)
    assert iam.list_role_policies(RoleName="role")["PolicyNames"] == []
    assert iam.list_attached_role_policies(RoleName="role")["AttachedPolicies"] == []
    assert iam.list_instance_profiles_for_role(RoleName="role")["InstanceProfiles"] == []
    assert iam.list_role_tags(RoleName="role")["Tags"] == [{"Key": "team", "Value": "a"}]


def test_a_role_is_seen_with_its_inline_attached_and_boundary_policies(sandbox: SandboxUnderTest) -> None:
    iam = sandbox.client("iam", account="222222222222")
    own = iam.create_policy(PolicyName="own", PolicyDocument=ALLOW_ALL)["Policy"]["Arn"]
    role = iam.create_role(
        RoleName="role", Path="/team/", AssumeRolePolicyDocument=SERVICE_TRUST, PermissionsBoundary=own
    )["Role"]
    iam.put_role_policy(RoleName="role", PolicyName="inline", PolicyDocument=ALLOW_ALL)
    iam.attach_role_policy(RoleName="role", PolicyArn=own)
    view = sandbox.world.roles.by_arn(role["Arn"])
    assert view is not None
    assert (view.name, view.unique_id, view.trust) == ("role", role["RoleId"], json.loads(SERVICE_TRUST))
    assert view.policies == (json.loads(ALLOW_ALL), json.loads(ALLOW_ALL))
    assert view.boundary == json.loads(ALLOW_ALL)
    assert sandbox.world.roles.by_arn("arn:aws:iam::222222222222:role/role") is None, "the path is part of the ARN"


def test_a_managed_policy_in_use_cannot_be_deleted(sandbox: SandboxUnderTest) -> None:
    iam = sandbox.client("iam")
    arn = iam.create_policy(PolicyName="own", PolicyDocument=ALLOW_ALL)["Policy"]["Arn"]
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=SERVICE_TRUST)
    iam.attach_role_policy(RoleName="role", PolicyArn=arn)
    with pytest.raises(ClientError, match="Cannot delete a policy attached to entities"):
        iam.delete_policy(PolicyArn=arn)
    iam.detach_role_policy(RoleName="role", PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)


def test_a_role_name_has_at_most_64_characters(sandbox: SandboxUnderTest) -> None:
    iam = sandbox.client("iam")
    iam.create_role(RoleName="r" * 64, AssumeRolePolicyDocument=SERVICE_TRUST)
    with pytest.raises(ClientError, match="at 'roleName' failed to satisfy constraint") as refused:
        iam.create_role(RoleName="r" * 65, AssumeRolePolicyDocument=SERVICE_TRUST)
    assert refused.value.response["Error"]["Code"] == "ValidationError"


@pytest.mark.parametrize("name", ["my role", "a/b", "r\u00f4le", "a:b"])
def test_a_role_name_has_no_other_characters(sandbox: SandboxUnderTest, name: str) -> None:
    with pytest.raises(ClientError, match="The specified value for roleName is invalid"):
        sandbox.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=SERVICE_TRUST)


def test_the_inline_policies_of_a_role_hold_10240_characters_together_without_white_space(
    sandbox: SandboxUnderTest,
) -> None:
    iam = sandbox.client("iam")
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=SERVICE_TRUST)
    short = ALLOW_ALL.replace('"Resource": "*"', '"Resource": "arn:aws:s3:::x"')
    half = short.replace(":::x", ":::" + "x" * (1 + 10_240 // 2 - len(short.replace(" ", ""))))
    spaced = half.replace(" ", " " * 1000)
    iam.put_role_policy(RoleName="role", PolicyName="one", PolicyDocument=spaced)
    iam.put_role_policy(RoleName="role", PolicyName="two", PolicyDocument=half)
    iam.put_role_policy(RoleName="role", PolicyName="two", PolicyDocument=half)
    with pytest.raises(ClientError, match="Maximum policy size of 10240 bytes exceeded for role role") as refused:
        iam.put_role_policy(RoleName="role", PolicyName="two", PolicyDocument=half.replace("xx", "xxx", 1))
    assert refused.value.response["Error"]["Code"] == "LimitExceeded"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
