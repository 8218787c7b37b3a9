"""Conventional access keys: `test` is the operator, and 12 digits are the administrator of that account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox_testing.build import Api, add_api, add_function, mock
from sandbox_testing.roles import make_role, policy, trust
from sandbox_testing.signing import signed

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

API = "111111111111"
OTHER = "222222222222"
KEYS = [("test", API), (API, API), (OTHER, OTHER), ("000000000000", "000000000000")]


def client(sandbox: SandboxUnderTest, service: str, key: str, *, region: str | None = None) -> Any:
    return sandbox.client(service, region=region, credentials={"AccessKeyId": key, "SecretAccessKey": "any"})


@pytest.mark.parametrize(("key", "account"), KEYS)
@pytest.mark.parametrize(("region", "partition"), [("us-east-1", "aws"), ("cn-north-1", "aws-cn")])
def test_the_key_says_who_calls(sandbox: SandboxUnderTest, key: str, account: str, region: str, partition: str) -> None:
    identity = client(sandbox, "sts", key, region=region).get_caller_identity()
    assert identity["Account"] == account
    assert identity["Arn"] == f"arn:{partition}:iam::{account}:user/sandbox-operator"
    assert identity["UserId"].startswith("AIDA")


@pytest.mark.parametrize("key", ["1234", "1234567890123", "12345678901a", "\uff12" * 12])
def test_only_twelve_digits_are_an_account(sandbox: SandboxUnderTest, key: str) -> None:
    assert sandbox.world.sessions.caller(key) is None


@pytest.mark.parametrize(
    ("service", "create", "name", "listed"),
    [
        ("logs", ("create_log_group", {"logGroupName": "/mine"}), "/mine", "describe_log_groups"),
        ("s3", ("create_bucket", {"Bucket": "mine-in-222"}), "mine-in-222", "list_buckets"),
        ("sqs", ("create_queue", {"QueueName": "mine"}), f"/{OTHER}/mine", "list_queues"),
        ("iam", ("create_user", {"UserName": "mine"}), f"arn:aws:iam::{OTHER}:user/mine", "list_users"),
        ("apigateway", ("create_rest_api", {"name": "mine"}), "mine", "get_rest_apis"),
    ],
)
def test_every_service_works_in_the_account_of_the_key(
    sandbox: SandboxUnderTest, service: str, create: tuple[str, dict[str, str]], name: str, listed: str
) -> None:
    operation, parameters = create
    getattr(client(sandbox, service, OTHER), operation)(**parameters)
    assert name in str(getattr(client(sandbox, service, OTHER), listed)())
    assert name not in str(getattr(client(sandbox, service, API), listed)())


@pytest.mark.parametrize("key", ["test", OTHER])
def test_the_callers_own_arn_is_a_principal(sandbox: SandboxUnderTest, key: str) -> None:
    # recorded: programs put the ARN from GetCallerIdentity into trust policies, function policies and API policies
    arn = client(sandbox, "sts", key).get_caller_identity()["Arn"]
    make_role(sandbox, "trusting", trust({"AWS": arn}))
    role = client(sandbox, "iam", API).get_role(RoleName="trusting")["Role"]
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"AWS": arn}

    function = add_function(sandbox.world, account="333333333333")
    functions = client(sandbox, "lambda", function.account)
    allowed = {"Action": "lambda:InvokeFunction", "Principal": arn}
    functions.add_permission(FunctionName=function.name, StatementId="caller", **allowed)
    saved = json.loads(functions.get_policy(FunctionName=function.name)["Policy"])
    assert saved["Statement"][0]["Principal"] == {"AWS": arn}
    assert client(sandbox, "lambda", key).invoke(FunctionName=function.arn)["StatusCode"] == 200

    caller = policy("Allow", Principal={"AWS": arn}, Action="execute-api:Invoke", Resource="execute-api:/*")
    assert client(sandbox, "apigateway", API).create_rest_api(name="named", policy=caller)["id"]


def test_a_user_who_does_not_exist_is_still_no_principal(sandbox: SandboxUnderTest) -> None:
    with pytest.raises(ClientError, match="Invalid principal in policy"):
        make_role(sandbox, "trusting", trust({"AWS": f"arn:aws:iam::{API}:user/operator"}))


def test_an_administrator_reaches_other_accounts_only_as_their_roles_allow(sandbox: SandboxUnderTest) -> None:
    trusting = make_role(sandbox, "trusting", trust({"AWS": OTHER}))
    closed = make_role(sandbox, "closed", trust({"Service": "lambda.amazonaws.com"}))
    sts = client(sandbox, "sts", OTHER)
    session = sts.assume_role(RoleArn=trusting, RoleSessionName="tests")["AssumedRoleUser"]["Arn"]
    assert session == f"arn:aws:sts::{API}:assumed-role/trusting/tests"
    for refused in (closed, f"arn:aws:iam::{API}:role/nowhere", f"arn:aws:iam::{OTHER}:role/nowhere"):
        with pytest.raises(ClientError, match="AccessDenied"):
            sts.assume_role(RoleArn=refused, RoleSessionName="tests")


def test_a_left_over_token_beside_the_key_proves_nothing(sandbox: SandboxUnderTest) -> None:
    keys = {"AccessKeyId": OTHER, "SecretAccessKey": "any", "SessionToken": "left over"}
    assert sandbox.client("sts", credentials=keys).get_caller_identity()["Account"] == OTHER


def test_a_session_of_an_administrator_administers_the_account(sandbox: SandboxUnderTest) -> None:
    session = client(sandbox, "sts", OTHER).get_session_token()["Credentials"]
    sandbox.client("logs", credentials=session).create_log_group(logGroupName="/mine")
    assert "/mine" in str(client(sandbox, "logs", OTHER).describe_log_groups())


def guarded(sandbox: SandboxUnderTest) -> Api:
    """An API in the API account whose GET / requires a signature."""
    api = add_api(sandbox.world)
    api.route("/", "GET", mock(200), authorization_type="AWS_IAM")
    api.deploy()
    return api


@pytest.mark.parametrize(("key", "status"), [(API, 200), ("test", 200), (OTHER, 403)])
def test_a_deployed_api_knows_the_key_whatever_its_secret(sandbox: SandboxUnderTest, key: str, status: int) -> None:
    keys = {"AccessKeyId": key, "SecretAccessKey": "any secret"}
    assert signed(sandbox, guarded(sandbox), keys).status == status


def test_a_policy_lets_the_administrator_of_another_account_call(sandbox: SandboxUnderTest) -> None:
    api = guarded(sandbox)
    allowed = {"Effect": "Allow", "Principal": {"AWS": OTHER}, "Action": "execute-api:Invoke", "Resource": "*"}
    api.definition.policy = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    api.deploy()
    assert signed(sandbox, api, {"AccessKeyId": OTHER, "SecretAccessKey": "any secret"}).status == 200
