"""STS for clients: caller identity, roles in any account, and sessions and their expiration."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from sandbox_testing.roles import make_role, policy, session, trust

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

API = "111111111111"
OTHER = "222222222222"


def assume(sandbox: SandboxUnderTest, credentials: dict[str, str], arn: str, **parameters: Any) -> dict[str, str]:
    client = sandbox.client("sts", credentials=credentials)
    answer = client.assume_role(RoleArn=arn, RoleSessionName="next", **parameters)
    fresh: dict[str, str] = answer["Credentials"]
    return fresh


@pytest.fixture
def chain(sandbox: SandboxUnderTest) -> tuple[dict[str, str], str]:
    """A session of the other account's role `caller`, and the ARN of a role in the API account that trusts it."""
    caller = make_role(sandbox, "caller", trust({"Service": "lambda.amazonaws.com"}), account=OTHER)
    target = make_role(sandbox, "target", trust({"AWS": caller}))
    sandbox.client("iam", account=OTHER).put_role_policy(
        RoleName="caller", PolicyName="assume", PolicyDocument=policy("Allow", Action="sts:AssumeRole", Resource=target)
    )
    return session(sandbox, "caller", account=OTHER), target


def test_the_operator_is_in_the_api_account(sandbox: SandboxUnderTest) -> None:
    identity = sandbox.client("sts").get_caller_identity()
    assert identity["Account"] == API
    assert identity["Arn"] == f"arn:aws:iam::{API}:user/sandbox-operator"


def test_the_operator_is_in_the_partition_of_the_region_called(sandbox: SandboxUnderTest) -> None:
    identity = sandbox.client("sts", region="cn-north-1").get_caller_identity()
    assert identity["Arn"] == f"arn:aws-cn:iam::{API}:user/sandbox-operator"


def test_the_operator_may_assume_a_role_that_does_not_exist_in_any_account(sandbox: SandboxUnderTest) -> None:
    identity = sandbox.client("sts", account="999988887777").get_caller_identity()
    assert identity["Arn"] == "arn:aws:sts::999988887777:assumed-role/sandbox-operator/tests"


def test_iam_of_an_account_is_reached_by_a_role_of_that_account(sandbox: SandboxUnderTest) -> None:
    make_role(sandbox, "there", trust({"Service": "lambda.amazonaws.com"}), account=OTHER)
    with pytest.raises(ClientError, match="NoSuchEntity"):
        sandbox.client("iam").get_role(RoleName="there")
    role = sandbox.client("iam", account=OTHER).get_role(RoleName="there")["Role"]
    assert role["Arn"] == f"arn:aws:iam::{OTHER}:role/there"


def test_a_session_of_an_existing_role_carries_its_unique_id(sandbox: SandboxUnderTest) -> None:
    make_role(sandbox, "known", trust({"Service": "lambda.amazonaws.com"}))
    unique_id = sandbox.client("iam").get_role(RoleName="known")["Role"]["RoleId"]
    identity = sandbox.client("sts", credentials=session(sandbox, "known")).get_caller_identity()
    assert identity["UserId"] == f"{unique_id}:tests"


def test_a_role_that_trusts_the_caller_and_that_the_caller_may_assume_is_assumed(
    sandbox: SandboxUnderTest, chain: tuple[dict[str, str], str]
) -> None:
    credentials, target = chain
    identity = sandbox.client("sts", credentials=assume(sandbox, credentials, target)).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{API}:assumed-role/target/next"


def test_a_role_that_trusts_somebody_else_is_refused(
    sandbox: SandboxUnderTest, chain: tuple[dict[str, str], str]
) -> None:
    credentials, target = chain
    make_role(sandbox, "stranger", trust({"Service": "lambda.amazonaws.com"}), account=OTHER)
    sandbox.client("iam", account=OTHER).put_role_policy(
        RoleName="stranger", PolicyName="all", PolicyDocument=policy("Allow", Action="*", Resource="*")
    )
    with pytest.raises(ClientError) as refused:
        assume(sandbox, session(sandbox, "stranger", account=OTHER), target)
    error = refused.value.response["Error"]
    assert error["Code"] == "AccessDenied"
    assert error["Message"] == (
        f"User: arn:aws:sts::{OTHER}:assumed-role/stranger/tests is not authorized to perform: "
        f"sts:AssumeRole on resource: {target}"
    )
    assert assume(sandbox, credentials, target)


def test_across_accounts_the_trust_alone_is_not_enough(
    sandbox: SandboxUnderTest, chain: tuple[dict[str, str], str]
) -> None:
    credentials, target = chain
    sandbox.client("iam", account=OTHER).delete_role_policy(RoleName="caller", PolicyName="assume")
    with pytest.raises(ClientError, match="AccessDenied"):
        assume(sandbox, credentials, target)


def test_within_an_account_the_callers_own_policy_is_not_enough(sandbox: SandboxUnderTest) -> None:
    make_role(sandbox, "admin", trust({"Service": "lambda.amazonaws.com"}))
    sandbox.client("iam").put_role_policy(
        RoleName="admin", PolicyName="all", PolicyDocument=policy("Allow", Action="*", Resource="*")
    )
    target = make_role(sandbox, "target", trust({"Service": "lambda.amazonaws.com"}))
    with pytest.raises(ClientError, match="AccessDenied"):
        assume(sandbox, session(sandbox, "admin"), target)


def test_session_tags_are_an_action_of_their_own(sandbox: SandboxUnderTest, chain: tuple[dict[str, str], str]) -> None:
    credentials, target = chain
    with pytest.raises(ClientError, match="AccessDenied"):
        assume(sandbox, credentials, target, Tags=[{"Key": "team", "Value": "a"}])


def tags(*keys: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": "a"} for key in keys]


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"Tags": tags("team", "Team")}, id="keys that differ by case alone"),
        pytest.param({"TransitiveTagKeys": ["team"]}, id="a transitive key without tags"),
        pytest.param(
            {"Tags": tags("team"), "TransitiveTagKeys": ["team", "unit"]}, id="a transitive key without a tag"
        ),
        pytest.param({"Tags": tags("TEAM")}, id="a transitive tag of the session before"),
    ],
)
def test_session_tags_that_a_session_cannot_have_are_refused(sandbox: SandboxUnderTest, params: dict[str, Any]) -> None:
    trusting = policy("Allow", Principal={"AWS": API}, Action=["sts:AssumeRole", "sts:TagSession"])
    _, second = make_role(sandbox, "first", trusting), make_role(sandbox, "second", trusting)
    sandbox.client("iam").put_role_policy(
        RoleName="first", PolicyName="all", PolicyDocument=policy("Allow", Action="sts:*", Resource="*")
    )
    credentials = session(sandbox, "first", Tags=tags("Team"), TransitiveTagKeys=["team"])
    with pytest.raises(ClientError) as refusal:
        assume(sandbox, credentials, second, **params)
    assert refusal.value.response["Error"]["Code"] == "InvalidParameterValue"
    assert assume(sandbox, credentials, second, Tags=tags("unit"), TransitiveTagKeys=["Unit"])


def test_a_session_policy_narrows_what_the_role_may_do(
    sandbox: SandboxUnderTest, chain: tuple[dict[str, str], str]
) -> None:
    _, target = chain
    narrow = policy("Allow", Action="s3:*", Resource="*")
    with pytest.raises(ClientError, match="AccessDenied"):
        assume(sandbox, session(sandbox, "caller", account=OTHER, Policy=narrow), target)


def test_a_boundary_of_the_caller_narrows_what_it_may_assume(
    sandbox: SandboxUnderTest, chain: tuple[dict[str, str], str]
) -> None:
    credentials, target = chain
    iam = sandbox.client("iam", account=OTHER)
    narrow = policy("Allow", Action="s3:*", Resource="*")
    boundary = iam.create_policy(PolicyName="narrow", PolicyDocument=narrow)["Policy"]["Arn"]
    iam.put_role_permissions_boundary(RoleName="caller", PermissionsBoundary=boundary)
    with pytest.raises(ClientError, match="AccessDenied"):
        assume(sandbox, credentials, target)


def test_a_trust_with_an_external_id_needs_exactly_that_one(
    sandbox: SandboxUnderTest, chain: tuple[dict[str, str], str]
) -> None:
    credentials, target = chain
    sandbox.client("iam").update_assume_role_policy(
        RoleName="target",
        PolicyDocument=trust(
            {"AWS": f"arn:aws:iam::{OTHER}:role/caller"}, Condition={"StringEquals": {"sts:ExternalId": "agreed"}}
        ),
    )
    for wrong in ({}, {"ExternalId": "guessed"}):
        with pytest.raises(ClientError, match="AccessDenied"):
            assume(sandbox, credentials, target, **wrong)
    assert assume(sandbox, credentials, target, ExternalId="agreed")


def test_a_caller_role_made_again_under_its_name_is_not_trusted_any_more(
    sandbox: SandboxUnderTest, chain: tuple[dict[str, str], str]
) -> None:
    _, target = chain
    iam = sandbox.client("iam", account=OTHER)
    iam.delete_role_policy(RoleName="caller", PolicyName="assume")
    iam.delete_role(RoleName="caller")
    make_role(sandbox, "caller", trust({"Service": "lambda.amazonaws.com"}), account=OTHER)
    iam.put_role_policy(
        RoleName="caller", PolicyName="assume", PolicyDocument=policy("Allow", Action="sts:*", Resource="*")
    )
    with pytest.raises(ClientError, match="AccessDenied"):
        assume(sandbox, session(sandbox, "caller", account=OTHER), target)


def test_the_operators_session_in_an_account_reaches_no_other_account(sandbox: SandboxUnderTest) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        assume(sandbox, dict(sandbox.operator_in(OTHER)), f"arn:aws:iam::{API}:role/missing")


def test_a_session_ends_when_it_was_asked_to(sandbox: SandboxUnderTest) -> None:
    before = datetime.now(tz=UTC).replace(microsecond=0)
    arn = f"arn:aws:iam::{API}:role/x"
    answer = sandbox.client("sts").assume_role(RoleArn=arn, RoleSessionName="tests", DurationSeconds=900)["Credentials"]
    kept = sandbox.world.sessions.caller(answer["AccessKeyId"])
    assert kept is not None
    for end in (answer["Expiration"], datetime.fromtimestamp(kept.expires or 0, tz=UTC)):
        assert before + timedelta(seconds=900) <= end <= datetime.now(tz=UTC) + timedelta(seconds=901)


def test_only_the_operator_may_assume_what_does_not_exist(
    sandbox: SandboxUnderTest, chain: tuple[dict[str, str], str]
) -> None:
    credentials, _ = chain
    with pytest.raises(ClientError, match="AccessDenied"):
        assume(sandbox, credentials, f"arn:aws:iam::{OTHER}:role/missing")


@pytest.mark.parametrize("name", ["a" * 65, "with space"])
def test_a_session_name_out_of_its_form_is_refused(sandbox: SandboxUnderTest, name: str) -> None:
    with pytest.raises(ClientError, match=r"ValidationError.*roleSessionName"):
        sandbox.client("sts").assume_role(RoleArn=f"arn:aws:iam::{API}:role/x", RoleSessionName=name)


def test_a_session_name_of_one_character_does_not_leave_the_sdk(sandbox: SandboxUnderTest) -> None:
    with pytest.raises(ParamValidationError):
        sandbox.client("sts").assume_role(RoleArn=f"arn:aws:iam::{API}:role/x", RoleSessionName="a")


def test_a_session_may_not_outlast_the_roles_longest(sandbox: SandboxUnderTest) -> None:
    make_role(sandbox, "short", trust({"Service": "lambda.amazonaws.com"}))
    with pytest.raises(ClientError, match="exceeds the MaxSessionDuration set for this role"):
        session(sandbox, "short", DurationSeconds=7200)
    sandbox.client("iam").update_role(RoleName="short", MaxSessionDuration=7200)
    assert session(sandbox, "short", DurationSeconds=7200)


def test_a_chained_session_lasts_an_hour_at_most(sandbox: SandboxUnderTest, chain: tuple[dict[str, str], str]) -> None:
    credentials, target = chain
    sandbox.client("iam").update_role(RoleName="target", MaxSessionDuration=7200)
    with pytest.raises(ClientError, match="1 hour session limit for roles assumed by role chaining"):
        assume(sandbox, credentials, target, DurationSeconds=7200)


def test_a_functions_role_session_is_named_after_the_function(sandbox: SandboxUnderTest) -> None:
    arn = make_role(sandbox, "execution", trust({"Service": "lambda.amazonaws.com"}), account=OTHER)
    caller = sandbox.world.sessions.for_function_role(arn, "hello")
    assert caller is not None
    credentials = {
        "AccessKeyId": caller.access_key,
        "SecretAccessKey": caller.secret_key,
        "SessionToken": str(caller.session_token),
    }
    identity = sandbox.client("sts", credentials=credentials).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{OTHER}:assumed-role/execution/hello"
