"""Access keys: of IAM users, of sessions that have ended, and of nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from sandbox_testing.roles import make_role, session, trust

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest


API = "111111111111"
OTHER = "222222222222"


def test_sessions_of_a_deleted_role_stop_working(sandbox: SandboxUnderTest) -> None:
    make_role(sandbox, "gone", trust({"Service": "lambda.amazonaws.com"}))
    credentials = session(sandbox, "gone")
    sandbox.client("iam").delete_role(RoleName="gone")
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        sandbox.client("sts", credentials=credentials).get_caller_identity()


def test_sessions_of_a_role_do_not_come_back_with_a_new_role_of_its_name(sandbox: SandboxUnderTest) -> None:
    # IAM User Guide, "Principal": a role deleted and created again with the same name is a different principal
    for again in (False, True):
        make_role(sandbox, "gone", trust({"Service": "lambda.amazonaws.com"}))
        if not again:
            credentials = session(sandbox, "gone")
            sandbox.client("iam").delete_role(RoleName="gone")
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        sandbox.client("sts", credentials=credentials).get_caller_identity()


def test_an_iam_users_access_key_is_that_user(sandbox: SandboxUnderTest) -> None:
    iam = sandbox.client("iam", account=OTHER)
    user = iam.create_user(UserName="ann")["User"]
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    client = sandbox.client("sts", credentials=key)
    assert client.get_caller_identity()["Arn"] == f"arn:aws:iam::{OTHER}:user/ann"
    assert user["UserId"].startswith("AIDA")
    assert client.get_access_key_info(AccessKeyId=key["AccessKeyId"])["Account"] == OTHER
    iam.update_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        client.get_caller_identity()


def test_a_session_token_of_a_user_is_that_user(sandbox: SandboxUnderTest) -> None:
    iam = sandbox.client("iam")
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    token = sandbox.client("sts", credentials=key).get_session_token()["Credentials"]
    assert sandbox.client("sts", credentials=token).get_caller_identity()["Arn"] == f"arn:aws:iam::{API}:user/ann"


@pytest.mark.parametrize(
    ("service", "call", "code"),
    [
        ("sts", "get_caller_identity", "InvalidClientTokenId"),
        ("iam", "list_roles", "InvalidClientTokenId"),
        ("logs", "describe_log_groups", "UnrecognizedClientException"),
        ("apigateway", "get_rest_apis", "UnrecognizedClientException"),
        ("ec2", "describe_vpcs", "AuthFailure"),
    ],
)
def test_a_key_that_nobody_has_is_refused_in_the_services_own_words(
    sandbox: SandboxUnderTest, service: str, call: str, code: str
) -> None:
    nobody = {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "x"}
    with pytest.raises(ClientError) as refused:
        getattr(sandbox.client(service, credentials=nobody), call)()
    assert refused.value.response["Error"]["Code"] == code


def test_temporary_keys_with_another_token_are_refused(sandbox: SandboxUnderTest) -> None:
    credentials = {**sandbox.operator_in(OTHER), "SessionToken": "another"}
    with pytest.raises(ClientError, match="InvalidClientTokenId"):
        sandbox.client("sts", credentials=credentials).get_caller_identity()


@pytest.mark.parametrize(
    ("service", "call", "code"),
    [("sts", "get_caller_identity", "ExpiredToken"), ("logs", "describe_log_groups", "ExpiredTokenException")],
)
def test_an_expired_session_is_refused_as_expired(
    sandbox: SandboxUnderTest, service: str, call: str, code: str
) -> None:
    credentials = sandbox.operator_in(OTHER)
    sandbox.world.sessions.expire(credentials["AccessKeyId"])
    with pytest.raises(ClientError) as refused:
        getattr(sandbox.client(service, credentials=credentials), call)()
    assert refused.value.response["Error"]["Code"] == code


def test_an_unsigned_call_is_refused(sandbox: SandboxUnderTest) -> None:
    reply = sandbox.request(
        "POST",
        "https://sts.amazonaws.com/",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body="Action=GetCallerIdentity&Version=2011-06-15",
    )
    assert reply.status == 403
    assert b"<Code>MissingAuthenticationToken</Code>" in reply.body
