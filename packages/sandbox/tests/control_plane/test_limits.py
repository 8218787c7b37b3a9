"""Permissions boundaries of users and roles are stored, returned and part of every decision."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox_testing.build import FUNCTION_ACCOUNT, add_function

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.server import SandboxUnderTest


def document(action: str, effect: str = "Allow") -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": effect, "Action": action, "Resource": "*"}]})


ALL = document("*")
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
READS = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def managed(iam: Any, action: str, effect: str = "Allow", name: str = "limit") -> str:
    arn: str = iam.create_policy(PolicyName=name, PolicyDocument=document(action, effect))["Policy"]["Arn"]
    return arn


def user(iam: Any, **params: Any) -> dict[str, str]:
    """Create a user with full access except for its limits, and return the user's access key."""
    iam.create_user(UserName="ada", **params)
    iam.put_user_policy(UserName="ada", PolicyName="all", PolicyDocument=ALL)
    key: dict[str, str] = iam.create_access_key(UserName="ada")["AccessKey"]
    return key


def invokes(sandbox: SandboxUnderTest, keys: dict[str, str]) -> bool:
    """True if the holder of these keys can invoke that account's function, which has no policy."""
    name = add_function(sandbox.world).name
    try:
        sandbox.client("lambda", credentials=keys).invoke(FunctionName=name)
    except ClientError as refusal:
        assert refusal.response["Error"]["Code"] == "AccessDeniedException"  # noqa: PT017 - the other way is an answer
        return False
    return True


def created_within(iam: Any, boundary: str) -> dict[str, str]:
    return user(iam, PermissionsBoundary=boundary)


def put_within(iam: Any, boundary: str) -> dict[str, str]:
    keys = user(iam)
    iam.put_user_permissions_boundary(UserName="ada", PermissionsBoundary=boundary)
    return keys


def changed_to(iam: Any, boundary: str) -> dict[str, str]:
    keys = user(iam, PermissionsBoundary=managed(iam, "*", name="wide"))
    iam.put_user_permissions_boundary(UserName="ada", PermissionsBoundary=boundary)
    return keys


def taken_away(iam: Any, boundary: str) -> dict[str, str]:
    keys = user(iam, PermissionsBoundary=boundary)
    iam.delete_user_permissions_boundary(UserName="ada")
    return keys


@pytest.mark.parametrize(
    ("way", "action", "holds"),
    [
        (created_within, "lambda:InvokeFunction", True),
        (created_within, "s3:*", False),
        (put_within, "lambda:*", True),
        (put_within, "s3:*", False),
        (changed_to, "s3:*", False),
        (taken_away, "s3:*", True),
    ],
)
def test_a_users_boundary_narrows_what_its_policies_allow(
    sandbox: SandboxUnderTest, way: Callable[..., dict[str, str]], action: str, holds: bool
) -> None:
    iam = sandbox.client("iam", FUNCTION_ACCOUNT)
    assert invokes(sandbox, way(iam, managed(iam, action))) is holds


def test_a_boundary_that_aws_owns_counts_too(sandbox: SandboxUnderTest) -> None:
    iam = sandbox.client("iam", FUNCTION_ACCOUNT)
    assert not invokes(sandbox, created_within(iam, READS))


def test_a_boundary_holds_for_a_users_temporary_credentials(sandbox: SandboxUnderTest) -> None:
    iam = sandbox.client("iam", FUNCTION_ACCOUNT)
    keys = created_within(iam, managed(iam, "s3:*"))
    assert not invokes(sandbox, sandbox.client("sts", credentials=keys).get_session_token()["Credentials"])


def test_a_users_boundary_is_read_back(sandbox: SandboxUnderTest) -> None:
    iam = sandbox.client("iam", FUNCTION_ACCOUNT)
    arn = managed(iam, "s3:*")
    shown = {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": arn}
    assert iam.create_user(UserName="ada", PermissionsBoundary=arn)["User"]["PermissionsBoundary"] == shown
    assert iam.get_user(UserName="ada")["User"]["PermissionsBoundary"] == shown
    iam.delete_user_permissions_boundary(UserName="ada")
    assert "PermissionsBoundary" not in iam.get_user(UserName="ada")["User"]


GONE = f"arn:aws:iam::{FUNCTION_ACCOUNT}:policy/gone"


@pytest.mark.parametrize(
    "call",
    [
        lambda iam: iam.create_user(UserName="bob", PermissionsBoundary=GONE),
        lambda iam: iam.put_user_permissions_boundary(UserName="ada", PermissionsBoundary=GONE),
        lambda iam: iam.create_role(RoleName="bob", AssumeRolePolicyDocument=TRUST, PermissionsBoundary=GONE),
        lambda iam: iam.put_role_permissions_boundary(RoleName="ada", PermissionsBoundary=GONE),
    ],
    ids=["CreateUser", "PutUserPermissionsBoundary", "CreateRole", "PutRolePermissionsBoundary"],
)
def test_a_boundary_that_does_not_exist_is_refused_and_changes_nothing(
    sandbox: SandboxUnderTest, call: Callable[[Any], Any]
) -> None:
    iam = sandbox.client("iam", FUNCTION_ACCOUNT)
    user(iam)
    iam.create_role(RoleName="ada", AssumeRolePolicyDocument=TRUST)
    with pytest.raises(ClientError, match=f"NoSuchEntity.*Scope ARN: {GONE} does not exist or is not attachable"):
        call(iam)
    assert [each["UserName"] for each in iam.list_users()["Users"]] == ["ada"]
    assert [each["RoleName"] for each in iam.list_roles()["Roles"]] == ["ada"]
    assert "PermissionsBoundary" not in iam.get_user(UserName="ada")["User"]
    assert "PermissionsBoundary" not in iam.get_role(RoleName="ada")["Role"]


DENY = document("lambda:*", "Deny")


@pytest.mark.parametrize(
    "limit",
    [
        lambda iam: iam.put_user_policy(UserName="ada", PolicyName="no", PolicyDocument=DENY),
        lambda iam: iam.attach_user_policy(UserName="ada", PolicyArn=managed(iam, "lambda:*", "Deny")),
        lambda iam: iam.put_group_policy(GroupName="staff", PolicyName="no", PolicyDocument=DENY),
        lambda iam: iam.attach_group_policy(GroupName="staff", PolicyArn=managed(iam, "lambda:*", "Deny")),
        lambda iam: iam.tag_user(UserName="ada", Tags=[{"Key": "team", "Value": "guests"}]),
    ],
    ids=["inline", "managed", "inline of a group", "managed of a group", "tag"],
)
def test_whatever_denies_a_user_denies_it_under_another_name_too(
    sandbox: SandboxUnderTest, limit: Callable[[Any], Any]
) -> None:
    iam = sandbox.client("iam", FUNCTION_ACCOUNT)
    iam.create_group(GroupName="staff")
    keys = user(iam)
    guests = {"StringEquals": {"aws:PrincipalTag/team": "guests"}}
    statement = {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": guests}
    tagged = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="ada", PolicyName="guests", PolicyDocument=tagged)
    iam.add_user_to_group(GroupName="staff", UserName="ada")
    assert invokes(sandbox, keys)

    limit(iam)
    iam.update_user(UserName="ada", NewUserName="lovelace", NewPath="/team/")
    assert not invokes(sandbox, keys)
