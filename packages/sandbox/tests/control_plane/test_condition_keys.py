"""Condition keys for the caller and its location in trust policies, function policies and API policies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox_testing.build import API_ACCOUNT, FUNCTION_ACCOUNT, add_api, add_function, allow, mock
from sandbox_testing.signing import signed

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.server import SandboxUnderTest

ANYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
Condition = dict[str, dict[str, Any]]


def role(sandbox: SandboxUnderTest, account: str, name: str = "caller", **params: Any) -> str:
    """Create a role that its own account can assume and that allows everything, and return its ARN."""
    iam = sandbox.client("iam", account)
    trust = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": ["sts:AssumeRole", "sts:TagSession"]}
    arn: str = iam.create_role(
        **{"RoleName": name, "AssumeRolePolicyDocument": json.dumps({"Statement": [trust]}), **params}
    )["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="all", PolicyDocument=json.dumps(ANYTHING))
    return arn


def session(sandbox: SandboxUnderTest, arn: str, **params: Any) -> dict[str, str]:
    client = sandbox.client("sts")
    credentials: dict[str, str] = client.assume_role(RoleArn=arn, RoleSessionName="tests", **params)["Credentials"]
    return credentials


def assumes(sandbox: SandboxUnderTest, keys: dict[str, str], condition: Condition) -> bool:
    """True if this caller can assume a role that trusts everyone under this condition."""
    iam = sandbox.client("iam", FUNCTION_ACCOUNT)
    trust = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Condition": condition}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    arn = iam.create_role(RoleName="target", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    return _granted(lambda: sandbox.client("sts", credentials=keys).assume_role(RoleArn=arn, RoleSessionName="tests"))


def invokes(sandbox: SandboxUnderTest, keys: dict[str, str], condition: Condition) -> bool:
    """True if this caller can invoke a function whose policy allows everyone under this condition."""
    function = add_function(sandbox.world)
    allow(function, {"Principal": "*", "Condition": condition})
    return _granted(lambda: sandbox.client("lambda", credentials=keys).invoke(FunctionName=function.arn))


def reads(sandbox: SandboxUnderTest, keys: dict[str, str], condition: Condition) -> bool:
    """True if this caller can read the configuration of such a function."""
    function = add_function(sandbox.world)
    allow(function, {"Principal": "*", "Action": "lambda:*", "Condition": condition})
    lambda_ = sandbox.client("lambda", credentials=keys)
    return _granted(lambda: lambda_.get_function_configuration(FunctionName=function.arn))


def calls(sandbox: SandboxUnderTest, keys: dict[str, str], condition: Condition) -> bool:
    """True if this caller can call an API whose policy allows everyone under this condition."""
    api = add_api(sandbox.world)
    api.route("/", "GET", mock(), authorization_type="AWS_IAM")
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": "execute-api:/*",
        "Condition": condition,
    }
    api.definition.policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    api.deploy()
    return bool(signed(sandbox, api, keys, headers={"User-Agent": "Boto3"}).status == 200)


def _granted(call: Callable[[], Any]) -> bool:
    try:
        call()
    except ClientError as refusal:
        assert refusal.response["Error"]["Code"].startswith("AccessDenied")  # noqa: PT017 - the other way is an answer
        return False
    return True


WAYS = [assumes, invokes, reads, calls]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, True),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, False),
        ({"NotIpAddress": {"aws:SourceIp": "127.0.0.0/8"}}, False),
        ({"Bool": {"aws:ViaAWSService": "false"}}, True),
        ({"Bool": {"aws:ViaAWSService": "true"}}, False),
        ({"Null": {"aws:SourceVpce": "true"}, "Bool": {"aws:SecureTransport": "true"}}, True),
        ({"StringLike": {"aws:UserAgent": "*"}}, True),
        ({"StringLike": {"aws:UserAgent": "curl/*"}}, False),
        ({"Null": {"aws:UserAgent": "true"}}, False),
    ],
)
def test_where_a_request_comes_from(
    sandbox: SandboxUnderTest, way: Callable[..., bool], condition: Condition, holds: bool
) -> None:
    # The call crosses accounts, so the resource-based policy must allow it.
    keys = session(sandbox, role(sandbox, "333333333333"))
    assert way(sandbox, keys, condition) is holds


# Organizations: the account that creates an organization, and the accounts created in it.


@pytest.fixture
def organization(sandbox: SandboxUnderTest) -> tuple[str, str, str]:
    """The organization's ID, a member account in an organizational unit, and the member's path."""
    client = sandbox.client("organizations", "444444444444")
    made = client.create_organization(FeatureSet="ALL")["Organization"]["Id"]
    root = client.list_roots()["Roots"][0]["Id"]
    unit = client.create_organizational_unit(ParentId=root, Name="apps")["OrganizationalUnit"]["Id"]
    member = client.create_account(Email="member@example.com", AccountName="member")["CreateAccountStatus"]["AccountId"]
    client.move_account(AccountId=member, SourceParentId=root, DestinationParentId=unit)
    return made, member, f"{made}/{root}/{unit}/"


@pytest.mark.parametrize("way", WAYS)
def test_the_organization_of_the_caller(
    sandbox: SandboxUnderTest, organization: tuple[str, str, str], way: Callable[..., bool]
) -> None:
    made, member, _ = organization
    inside: Condition = {"StringEquals": {"aws:PrincipalOrgID": made}}
    assert way(sandbox, session(sandbox, role(sandbox, member)), inside)


@pytest.mark.parametrize("way", WAYS)
def test_an_account_outside_has_none(
    sandbox: SandboxUnderTest, organization: tuple[str, str, str], way: Callable[..., bool]
) -> None:
    inside: Condition = {"StringEquals": {"aws:PrincipalOrgID": organization[0]}}
    assert not way(sandbox, session(sandbox, role(sandbox, "333333333333")), inside)


@pytest.mark.parametrize(
    ("account", "pattern", "holds"),
    [
        ("member", "{path}", True),
        ("member", "{organization}/*", True),
        ("member", "o-another000/*", False),
        ("management", "{organization}/r-*/", True),
        ("management", "{path}", False),
        ("outside", "{organization}/*", False),
    ],
)
def test_the_path_in_the_organization(
    sandbox: SandboxUnderTest, organization: tuple[str, str, str], account: str, pattern: str, holds: bool
) -> None:
    made, member, path = organization
    accounts = {"member": member, "management": "444444444444", "outside": "333333333333"}
    wanted = pattern.format(organization=made, path=path)
    keys = session(sandbox, role(sandbox, accounts[account]))
    assert invokes(sandbox, keys, {"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": wanted}}) is holds


def test_a_member_that_has_left_is_outside(sandbox: SandboxUnderTest, organization: tuple[str, str, str]) -> None:
    made, member, _ = organization
    keys = session(sandbox, role(sandbox, member))
    sandbox.client("organizations", "444444444444").remove_account_from_organization(AccountId=member)
    assert not invokes(sandbox, keys, {"StringEquals": {"aws:PrincipalOrgID": made}})


def test_the_function_learns_the_organization_of_a_signed_caller(
    sandbox: SandboxUnderTest, organization: tuple[str, str, str]
) -> None:
    made, member, _ = organization
    api = add_api(sandbox.world, account=member)
    template = {"application/json": "$context.identity.principalOrgId"}
    api.route("/", "GET", mock(response_templates=template), authorization_type="AWS_IAM")
    api.deploy()
    assert signed(sandbox, api, session(sandbox, role(sandbox, member))).body.decode() == made


def test_a_policy_that_would_limit_accounts_is_refused_by_name(sandbox: SandboxUnderTest) -> None:
    client = sandbox.client("organizations", "444444444444")
    client.create_organization(FeatureSet="ALL")
    for kind in ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"):
        with pytest.raises(ClientError, match=f"NotImplemented.*organizations:CreatePolicy .* {kind}") as refusal:
            client.create_policy(Name="p", Description="", Type=kind, Content=json.dumps(ANYTHING))
        assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


# Tags


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("own", "passed", "holds"),
    [
        ([], [], False),
        ([("team", "pets")], [], True),
        ([("team", "other")], [], False),
        ([("team", "other")], [("team", "pets")], True),
        ([("team", "pets")], [("team", "other")], False),
        ([], [("Team", "pets")], True),
    ],
)
def test_the_tags_of_the_role_and_of_the_session(
    sandbox: SandboxUnderTest,
    way: Callable[..., bool],
    own: list[tuple[str, str]],
    passed: list[tuple[str, str]],
    holds: bool,
) -> None:
    def listed(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
        return [{"Key": key, "Value": value} for key, value in pairs]

    arn = role(sandbox, "333333333333", Tags=listed(own))
    assert (
        way(sandbox, session(sandbox, arn, Tags=listed(passed)), {"StringEquals": {"aws:PrincipalTag/team": "pets"}})
        is holds
    )


@pytest.mark.parametrize("transitive", [True, False])
def test_a_transitive_tag_goes_with_the_next_session(sandbox: SandboxUnderTest, transitive: bool) -> None:
    first, second = (role(sandbox, "333333333333", name) for name in ("first", "second"))
    keys = session(
        sandbox,
        first,
        Tags=[{"Key": "team", "Value": "pets"}],
        **({"TransitiveTagKeys": ["team"]} if transitive else {}),
    )
    chained = sandbox.client("sts", credentials=keys).assume_role(RoleArn=second, RoleSessionName="tests")[
        "Credentials"
    ]
    assert invokes(sandbox, chained, {"StringEquals": {"aws:PrincipalTag/team": "pets"}}) is transitive


def test_a_user_has_its_tags(sandbox: SandboxUnderTest) -> None:
    iam = sandbox.client("iam", API_ACCOUNT)
    iam.create_user(UserName="ada", Tags=[{"Key": "team", "Value": "pets"}])
    iam.put_user_policy(UserName="ada", PolicyName="all", PolicyDocument=json.dumps(ANYTHING))
    made = iam.create_access_key(UserName="ada")["AccessKey"]
    assert invokes(sandbox, made, {"StringEquals": {"aws:PrincipalTag/team": "pets"}})
