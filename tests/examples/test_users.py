"""examples/users: both ways to invoke, and the statement from the article."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from aws_rules import policies

if TYPE_CHECKING:
    from tests.examples.conftest import Deployer

FUNCTION_ACCOUNT = "222222222222"


@pytest.mark.parametrize("invocation", ["permission", "role"])
def test_get_users_answers_what_the_function_saw_whichever_way_it_is_invoked(up: Deployer, invocation: str) -> None:
    users = up("users", config=[f"invocation={invocation}"])

    reply = users.get("/users?name=a%20b", headers={"X-Team": "pets", "Authorization": "Bearer secret"})

    assert reply.status == 200
    seen = reply.json()
    assert (seen["method"], seen["path"], seen["query"]) == ("GET", "/users", {"name": "a b"})
    assert seen["headers"]["X-Team"] == "pets"
    assert seen["headers"]["Authorization"] == "REDACTED"


def test_a_role_is_needed_only_where_the_role_way_is_chosen(up: Deployer) -> None:
    users = up("users")

    uri = users.outputs["integrationUri"]
    resources = users.sandbox.client("apigateway").get_resources(restApiId=users.outputs["apiId"], embed=["methods"])
    [integration] = [
        methods["GET"]["methodIntegration"]
        for methods in (item.get("resourceMethods", {}) for item in resources["items"])
        if "GET" in methods
    ]

    assert integration["uri"] == uri
    assert "credentials" not in integration


def test_the_articles_statement_with_root_principal_and_source_arn_allows_nothing(up: Deployer) -> None:
    users = up("users")
    lambda_ = users.sandbox.client("lambda", FUNCTION_ACCOUNT)
    name = users.outputs["functionName"]
    policy = json.loads(lambda_.get_policy(FunctionName=name, Qualifier="live")["Policy"])
    for statement in policy["Statement"]:
        lambda_.remove_permission(FunctionName=name, Qualifier="live", StatementId=statement["Sid"])
    lambda_.add_permission(
        FunctionName=name,
        Qualifier="live",
        StatementId="article",
        Action="lambda:InvokeFunction",
        Principal="arn:aws:iam::111111111111:root",
        SourceArn=users.outputs["sourceArn"],
    )

    reply = users.get("/users")

    assert reply.status == 500
    assert reply.json() == {"message": "Internal server error"}


def test_vpc_settings_of_the_function_do_not_stand_between_api_gateway_and_it(up: Deployer) -> None:
    users = up("users")
    ec2 = users.sandbox.client("ec2", FUNCTION_ACCOUNT)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(VpcId=vpc, GroupName="no-way-out", Description="no rules")["GroupId"]
    lambda_ = users.sandbox.client("lambda", FUNCTION_ACCOUNT)
    name = users.outputs["functionName"]
    # Lambda rejects a VPC if the function's role is not allowed to join it.
    users.sandbox.client("iam", FUNCTION_ACCOUNT).put_role_policy(
        RoleName=lambda_.get_function_configuration(FunctionName=name)["Role"].rpartition("/")[2],
        PolicyName="vpc",
        PolicyDocument=policies.rendered(policies.document(policies.network_interfaces())),
    )
    lambda_.update_function_configuration(
        FunctionName=name, VpcConfig={"SubnetIds": [subnet], "SecurityGroupIds": [group]}
    )
    version = lambda_.publish_version(FunctionName=name)["Version"]
    lambda_.update_alias(FunctionName=name, Name="live", FunctionVersion=version)

    assert users.get("/users").status == 200
