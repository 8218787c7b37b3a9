"""Functions in a VPC: Lambda's requirements on subnets and role, and the endpoint that their calls use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox_testing.functions import FUNCTION_ACCOUNT

if TYPE_CHECKING:
    from sandbox_testing.functions import Lambda
    from sandbox_testing.server import SandboxUnderTest

CALLS = """
import http.client, os
from urllib.parse import urlsplit
def handler(event, context):
    connection = http.client.HTTPConnection(urlsplit(os.environ["API_ENDPOINT"]).netloc)
    connection.request("GET", "/dev/", headers={"Host": event["host"], **event.get("headers", {})})
    response = connection.getresponse()
    return [response.status, response.read().decode()]
"""
API_ACCOUNT = "111111111111"


def network(sandbox: SandboxUnderTest, *, endpoint: bool = True) -> tuple[dict[str, list[str]], str]:
    """A VPC in the function account: the settings a function needs to use it, and its endpoint's ID."""
    ec2 = sandbox.client("ec2", FUNCTION_ACCOUNT)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="functions", Description="functions", VpcId=vpc)["GroupId"]
    found = ""
    if endpoint:
        found = ec2.create_vpc_endpoint(
            VpcId=vpc,
            VpcEndpointType="Interface",
            ServiceName="com.amazonaws.us-east-1.execute-api",
            SubnetIds=[subnet],
            PrivateDnsEnabled=True,
        )["VpcEndpoint"]["VpcEndpointId"]
    return {"SubnetIds": [subnet], "SecurityGroupIds": [group]}, found


def may_join(sandbox: SandboxUnderTest, functions: Lambda) -> None:
    """Allow the functions' role to attach them to a VPC."""
    statement = {"Effect": "Allow", "Action": "ec2:CreateNetworkInterface", "Resource": "*"}
    sandbox.client("iam", FUNCTION_ACCOUNT).put_role_policy(
        RoleName=functions.role.rpartition("/")[2],
        PolicyName="vpc",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )


def private_api(sandbox: SandboxUnderTest, endpoint: str) -> str:
    """Create a private API that allows only this endpoint; return its host."""
    gateway = sandbox.client("apigateway", API_ACCOUNT)
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke"}
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            statement | {"Resource": "execute-api:/*"},
            statement
            | {
                "Effect": "Deny",
                "Resource": "execute-api:/*",
                "Condition": {"StringNotEquals": {"aws:SourceVpce": endpoint}},
            },
        ],
    }
    method = {
        "responses": {"200": {"description": "ok"}},
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json": "private"}}},
        },
    }
    document = {"openapi": "3.0.1", "info": {"title": "p", "version": "1"}, "paths": {"/": {"get": method}}}
    api: str = gateway.create_rest_api(
        name="p", endpointConfiguration={"types": ["PRIVATE"]}, policy=json.dumps(policy)
    )["id"]
    gateway.put_rest_api(restApiId=api, mode="merge", body=json.dumps(document).encode())
    gateway.create_deployment(restApiId=api, stageName="dev")
    return f"{api}.execute-api.us-east-1.amazonaws.com"


def test_a_call_from_a_function_in_a_vpc_comes_through_its_endpoint(
    sandbox: SandboxUnderTest, functions: Lambda
) -> None:
    config, endpoint = network(sandbox)
    may_join(sandbox, functions)
    functions.create("inside", CALLS, VpcConfig=config, Timeout=20)
    functions.create("outside", CALLS, Timeout=20)
    host = private_api(sandbox, endpoint)
    assert functions.call("inside", {"host": host})[0] == [200, "private"]
    assert functions.call("outside", {"host": host})[0][0] == 403


def test_what_a_function_in_a_vpc_says_about_its_endpoint_does_not_count(
    sandbox: SandboxUnderTest, functions: Lambda
) -> None:
    config, _ = network(sandbox, endpoint=False)
    _, another = network(sandbox)
    may_join(sandbox, functions)
    functions.create("inside", CALLS, VpcConfig=config, Timeout=20)
    event = {"host": private_api(sandbox, another), "headers": {"x-sandbox-source-vpce": another}}
    assert functions.call("inside", event)[0][0] == 403


def test_the_configuration_names_the_vpc(sandbox: SandboxUnderTest, functions: Lambda) -> None:
    config, _ = network(sandbox)
    may_join(sandbox, functions)
    shown = functions.create("inside", CALLS, VpcConfig=config)["VpcConfig"]
    assert shown["VpcId"].startswith("vpc-")
    assert shown["SubnetIds"] == config["SubnetIds"]
    functions.client.update_function_configuration(FunctionName="inside", Timeout=9)
    assert functions.client.get_function_configuration(FunctionName="inside")["VpcConfig"] == shown
    empty: dict[str, list[str]] = {"SubnetIds": [], "SecurityGroupIds": []}
    outside = functions.client.update_function_configuration(FunctionName="inside", VpcConfig=empty)["VpcConfig"]
    assert outside == {**empty, "VpcId": "", "Ipv6AllowedForDualStack": False}


def test_a_role_that_may_not_make_interfaces_cannot_be_in_a_vpc(sandbox: SandboxUnderTest, functions: Lambda) -> None:
    config, _ = network(sandbox)
    with pytest.raises(ClientError) as refusal:
        functions.create("inside", CALLS, VpcConfig=config)
    assert refusal.value.response["Error"] == {
        "Code": "InvalidParameterValueException",
        "Message": "The provided execution role does not have permissions to call CreateNetworkInterface on EC2",
    }


def test_a_subnet_that_is_not_there_is_refused(sandbox: SandboxUnderTest, functions: Lambda) -> None:
    config, _ = network(sandbox)
    may_join(sandbox, functions)
    with pytest.raises(ClientError, match="The subnet ID 'subnet-1' does not exist"):
        functions.create("inside", CALLS, VpcConfig=config | {"SubnetIds": ["subnet-1"]})
