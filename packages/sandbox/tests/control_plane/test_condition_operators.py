"""An unknown condition operator is refused when a policy of any kind is put."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.server import SandboxUnderTest

KNOWN = ("StringEquals", "ForAnyValue:StringLikeIfExists", "ForAllValues:ArnNotLike", "Null", "NotIpAddress")
UNKNOWN = ("StringEqual", "ForAnyValue:StringLikes", "stringequals", "ArnLikeIfExist", "ForSomeValues:StringEquals")


def policy(operator: str, **elements: str) -> str:
    """A policy of one statement with this condition operator."""
    value = "192.0.2.0/24" if "Ip" in operator else "true"
    condition = {operator: {"aws:SourceIp" if "Ip" in operator else "aws:PrincipalArn": value}}
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", **elements, "Condition": condition}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(operator: str) -> str:
    """A trust policy with this condition operator."""
    whole = json.loads(policy(operator, Action="sts:AssumeRole"))
    del whole["Statement"][0]["Resource"]
    whole["Statement"][0]["Principal"] = {"AWS": "111111111111"}
    return json.dumps(whole)


def put_trust(sandbox: SandboxUnderTest, operator: str) -> None:
    sandbox.client("iam").create_role(RoleName="new", AssumeRolePolicyDocument=trust(operator))


def change_trust(sandbox: SandboxUnderTest, operator: str) -> None:
    iam = sandbox.client("iam")
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=trust("StringLike"))
    iam.update_assume_role_policy(RoleName="role", PolicyDocument=trust(operator))


def put_inline(sandbox: SandboxUnderTest, operator: str) -> None:
    iam = sandbox.client("iam")
    iam.create_role(RoleName="role", AssumeRolePolicyDocument=trust("StringLike"))
    iam.put_role_policy(RoleName="role", PolicyName="inline", PolicyDocument=policy(operator))


def put_user_inline(sandbox: SandboxUnderTest, operator: str) -> None:
    iam = sandbox.client("iam")
    iam.create_user(UserName="user")
    iam.put_user_policy(UserName="user", PolicyName="inline", PolicyDocument=policy(operator))


def put_managed(sandbox: SandboxUnderTest, operator: str) -> None:
    sandbox.client("iam").create_policy(PolicyName="managed", PolicyDocument=policy(operator))


def put_managed_version(sandbox: SandboxUnderTest, operator: str) -> None:
    iam = sandbox.client("iam")
    arn = iam.create_policy(PolicyName="managed", PolicyDocument=policy("StringLike"))["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=policy(operator))


def create_api(sandbox: SandboxUnderTest, operator: str) -> None:
    sandbox.client("apigateway").create_rest_api(name="api", policy=policy(operator, Principal="*"))


def update_api(sandbox: SandboxUnderTest, operator: str) -> None:
    gateway = sandbox.client("apigateway")
    operation = {"op": "replace", "path": "/policy", "value": policy(operator, Principal="*")}
    gateway.update_rest_api(restApiId=gateway.create_rest_api(name="api")["id"], patchOperations=[operation])


def import_api(sandbox: SandboxUnderTest, operator: str) -> None:
    document = {
        "openapi": "3.0.1",
        "info": {"title": "a", "version": "1"},
        "paths": {},
        "x-amazon-apigateway-policy": json.loads(policy(operator, Principal="*")),
    }
    sandbox.client("apigateway").import_rest_api(body=json.dumps(document).encode())


def endpoint_of(sandbox: SandboxUnderTest, **more: Any) -> str:
    """Create an endpoint for execute-api."""
    ec2 = sandbox.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    made = ec2.create_vpc_endpoint(
        VpcId=vpc, VpcEndpointType="Interface", ServiceName="com.amazonaws.us-east-1.execute-api", **more
    )
    return str(made["VpcEndpoint"]["VpcEndpointId"])


def create_endpoint(sandbox: SandboxUnderTest, operator: str) -> None:
    endpoint_of(sandbox, PolicyDocument=policy(operator, Principal="*"))


def modify_endpoint(sandbox: SandboxUnderTest, operator: str) -> None:
    endpoint = endpoint_of(sandbox)
    document = policy(operator, Principal="*")
    sandbox.client("ec2").modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument=document)


def pass_session_policy(sandbox: SandboxUnderTest, operator: str) -> None:
    role = "arn:aws:iam::222222222222:role/any"
    sandbox.client("sts").assume_role(RoleArn=role, RoleSessionName="session", Policy=policy(operator))


PUTS: dict[Callable[[SandboxUnderTest, str], None], str] = {
    put_trust: "MalformedPolicyDocument",
    change_trust: "MalformedPolicyDocument",
    put_inline: "MalformedPolicyDocument",
    put_user_inline: "MalformedPolicyDocument",
    put_managed: "MalformedPolicyDocument",
    put_managed_version: "MalformedPolicyDocument",
    pass_session_policy: "MalformedPolicyDocument",
    create_api: "BadRequestException",
    update_api: "BadRequestException",
    import_api: "BadRequestException",
    create_endpoint: "InvalidPolicyDocument",
    modify_endpoint: "InvalidPolicyDocument",
}


@pytest.mark.parametrize(("put", "code"), PUTS.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_an_unknown_operator_is_refused_where_the_policy_is_put(
    sandbox: SandboxUnderTest, put: Callable[[SandboxUnderTest, str], None], code: str
) -> None:
    with pytest.raises(ClientError) as refused:
        put(sandbox, UNKNOWN[0])
    assert refused.value.response["Error"]["Code"] == code


@pytest.mark.parametrize("put", PUTS, ids=lambda one: one.__name__)
def test_a_known_operator_is_taken(sandbox: SandboxUnderTest, put: Callable[[SandboxUnderTest, str], None]) -> None:
    put(sandbox, KNOWN[0])


@pytest.mark.parametrize("operator", UNKNOWN)
def test_every_part_of_an_operator_counts(sandbox: SandboxUnderTest, operator: str) -> None:
    with pytest.raises(ClientError, match="Invalid policy document"):
        create_api(sandbox, operator)


@pytest.mark.parametrize("operator", KNOWN)
def test_sets_and_suffixes_of_known_operators_are_taken(sandbox: SandboxUnderTest, operator: str) -> None:
    create_api(sandbox, operator)
