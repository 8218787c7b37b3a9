"""For a role assumed by a service, its tags and its account's organization apply as in any other session."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox_testing.functions import zipped

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.server import SandboxUnderTest

ACCOUNT = "444444444444"


def role(sandbox: SandboxUnderTest, service: str, condition: dict[str, Any]) -> str:
    """A role of the team pets, whose policy allows everything under this condition."""
    iam = sandbox.client("iam", ACCOUNT)
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    made = iam.create_role(
        RoleName="passed",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        Tags=[{"Key": "team", "Value": "pets"}],
    )
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_role_policy(RoleName="passed", PolicyName="own", PolicyDocument=document)
    arn: str = made["Role"]["Arn"]
    return arn


def writes_logs(sandbox: SandboxUnderTest, condition: dict[str, Any]) -> str:
    """Set the account's CloudWatch role, which API Gateway tests."""
    arn = role(sandbox, "apigateway.amazonaws.com", condition)
    operation = {"op": "replace", "path": "/cloudwatchRoleArn", "value": arn}
    return message(lambda: sandbox.client("apigateway", ACCOUNT).update_account(patchOperations=[operation]))


def joins_a_vpc(sandbox: SandboxUnderTest, condition: dict[str, Any]) -> str:
    """Put a function into a VPC: Lambda tests whether the function's role can create network interfaces."""
    arn = role(sandbox, "lambda.amazonaws.com", condition)
    ec2 = sandbox.client("ec2", ACCOUNT)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="own", Description="own", VpcId=vpc)["GroupId"]
    client = sandbox.client("lambda", ACCOUNT)
    return message(
        lambda: client.create_function(
            FunctionName="inside",
            Runtime="python3.13",
            Handler="index.handler",
            Role=arn,
            Code={"ZipFile": zipped({"index.py": ""})},
            VpcConfig={"SubnetIds": [subnet], "SecurityGroupIds": [group]},
        )
    )


def message(call: Callable[[], Any]) -> str:
    """The error message of the call; empty if the call is allowed."""
    try:
        call()
    except ClientError as refusal:
        return str(refusal.response["Error"]["Message"])
    return ""


NO_RIGHTS = {
    writes_logs: "The role ARN does not have required permissions configured.",
    joins_a_vpc: "The provided execution role does not have permissions to call CreateNetworkInterface",
}


@pytest.mark.parametrize("way", [writes_logs, joins_a_vpc])
@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"StringEquals": {"aws:PrincipalTag/team": "pets"}}, True),
        ({"StringEquals": {"aws:PrincipalTag/team": "other"}}, False),
        ({"Null": {"aws:PrincipalTag/team": "true"}}, False),
        ({"StringEquals": {"aws:PrincipalOrgID": "{organization}"}}, True),
        ({"Null": {"aws:PrincipalOrgID": "true"}}, False),
    ],
)
def test_its_rights_depend_on_its_tags_and_organization(
    sandbox: SandboxUnderTest, way: Callable[..., str], condition: dict[str, Any], holds: bool
) -> None:
    organization = sandbox.client("organizations", ACCOUNT).create_organization(FeatureSet="ALL")["Organization"]["Id"]
    refused = way(sandbox, json.loads(json.dumps(condition).replace("{organization}", organization)))
    assert refused == "" if holds else refused.startswith(NO_RIGHTS[way])
