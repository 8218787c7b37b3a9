"""examples/private: who reaches a private API of another account, by which name, through which endpoint."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.examples.conftest import Deployer, Up

CLIENT_ACCOUNT = "333333333333"
SOURCE = "x-sandbox-source-vpce"


@pytest.fixture
def private(up: Deployer) -> Up:
    return up("private")


def test_through_the_endpoint_of_the_other_accounts_vpc_it_answers(private: Up) -> None:
    endpoint = private.outputs["vpcEndpointId"]

    reply = private.get("/orders", headers={SOURCE: endpoint})

    assert (reply.status, reply.json()["vpce"]) == (200, endpoint)


@pytest.mark.parametrize("private_dns", ["true", "false"])
def test_the_function_in_the_vpc_is_answered_with_private_dns_and_without(up: Deployer, private_dns: str) -> None:
    private = up("private", config=[f"privateDns={private_dns}"])
    client = private.sandbox.client("lambda", CLIENT_ACCOUNT)

    result = client.invoke(FunctionName=private.outputs["clientFunctionArn"], Payload=json.dumps({"path": "/orders"}))
    answer = json.loads(result["Payload"].read())

    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["vpce"] == private.outputs["vpcEndpointId"]


def test_the_name_of_api_and_endpoint_answers(private: Up) -> None:
    assert private.get("/orders", output="endpointUrl").status == 200


def test_the_endpoints_public_name_answers_for_the_api_that_a_header_names(private: Up) -> None:
    url = f"https://{private.outputs['vpcEndpointDnsName']}/dev/orders"

    by_header = private.sandbox.request("GET", url, headers={"x-apigw-api-id": private.outputs["apiId"]})
    by_host = private.sandbox.request(
        "GET", url, headers={"Host": private.host(), SOURCE: private.outputs["vpcEndpointId"]}
    )

    assert (by_header.status, by_host.status) == (200, 200)


def test_from_the_internet_it_is_not_there(private: Up) -> None:
    reply = private.get("/orders")

    assert reply.status == 403


def test_another_endpoint_is_denied_by_the_resource_policy(private: Up) -> None:
    reply = private.get("/orders", headers={SOURCE: "vpce-0fedcba9876543210"})

    assert reply.status == 403
    assert "explicit deny" in reply.body.decode()


def test_an_endpoint_policy_that_names_other_apis_keeps_requests_from_this_one(private: Up) -> None:
    ec2 = private.sandbox.client("ec2", CLIENT_ACCOUNT)
    other = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": "arn:aws:execute-api:*:*:x/*",
    }
    ec2.modify_vpc_endpoint(
        VpcEndpointId=private.outputs["vpcEndpointId"],
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [other]}),
    )

    reply = private.get("/orders", headers={SOURCE: private.outputs["vpcEndpointId"]})

    assert reply.status == 403
