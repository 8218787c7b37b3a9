"""examples/private: who can call a private API of another account, by which name, through which endpoint."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.examples.conftest import Deployer, Up

CLIENT_ACCOUNT = "333333333333"
SOURCE = "x-sandbox-source-vpce"
OTHER_ENDPOINT = "vpce-0fedcba9876543210"


@pytest.fixture
def private(shared_up: Deployer) -> Up:
    return shared_up("private")


@pytest.fixture
def own(up: Deployer) -> Up:
    """One that the test may change."""
    return up("private")


def test_through_the_endpoint_of_the_other_accounts_vpc_it_answers(private: Up) -> None:
    endpoint = private.outputs["vpcEndpointId"]

    reply = private.get("/orders", headers={SOURCE: endpoint})

    assert (reply.status, reply.json()["vpce"]) == (200, endpoint)


@pytest.mark.parametrize("private_dns", ["true", "false"])
def test_the_function_in_the_vpc_is_answered_with_private_dns_and_without(up: Deployer, private_dns: str) -> None:
    private = up("private", config=[f"privateDns={private_dns}", "privateDomain="])

    answer = call_from_the_vpc(private)

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
    reply = private.get("/orders", headers={SOURCE: OTHER_ENDPOINT})

    assert reply.status == 403
    assert "explicit deny" in reply.body.decode()


def test_an_endpoint_policy_that_names_other_apis_keeps_requests_from_this_one(own: Up) -> None:
    ec2 = own.sandbox.client("ec2", CLIENT_ACCOUNT)
    other = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": "arn:aws:execute-api:*:*:x/*",
    }
    ec2.modify_vpc_endpoint(
        VpcEndpointId=own.outputs["vpcEndpointId"],
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [other]}),
    )

    reply = own.get("/orders", headers={SOURCE: own.outputs["vpcEndpointId"]})

    assert reply.status == 403


@pytest.mark.parametrize("private_dns", ["true", "false"])
def test_the_function_in_the_vpc_is_answered_by_the_private_name(up: Deployer, private_dns: str) -> None:
    private = up("private", config=[f"privateDns={private_dns}"])

    answer = call_from_the_vpc(private)

    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["vpce"] == private.outputs["vpcEndpointId"]


def test_the_private_name_works_for_a_client_through_the_endpoint(private: Up) -> None:
    endpoint = private.outputs["vpcEndpointId"]

    reply = private.get("/orders", output="domainUrl", headers={SOURCE: endpoint})

    assert private.outputs["domainUrl"] == "https://orders.internal.example.com/v1"
    assert (reply.status, reply.json()["vpce"]) == (200, endpoint)


def test_the_private_name_is_forbidden_to_the_internet_and_to_another_endpoint(private: Up) -> None:
    from_the_internet = private.get("/orders", output="domainUrl")
    through_another = private.get("/orders", output="domainUrl", headers={SOURCE: OTHER_ENDPOINT})

    assert (from_the_internet.status, from_the_internet.json()) == (403, {"message": "Forbidden"})
    assert (through_another.status, through_another.json()) == (403, {"message": "Forbidden"})


def test_without_its_association_the_endpoint_is_refused_the_private_name(own: Up) -> None:
    client = own.sandbox.client("apigateway", CLIENT_ACCOUNT)
    client.delete_domain_name_access_association(domainNameAccessAssociationArn=own.outputs["accessAssociationArn"])

    reply = own.get("/orders", output="domainUrl", headers={SOURCE: own.outputs["vpcEndpointId"]})

    assert (reply.status, reply.json()) == (403, {"message": "Forbidden"})
    assert call_from_the_vpc(own)["statusCode"] == 403


def test_an_associated_endpoint_that_the_domains_policy_does_not_name_is_denied(own: Up) -> None:
    own.sandbox.client("apigateway", CLIENT_ACCOUNT).create_domain_name_access_association(
        accessAssociationSource=OTHER_ENDPOINT,
        accessAssociationSourceType="VPCE",
        domainNameArn=own.outputs["domainArn"],
    )

    reply = own.get("/orders", output="domainUrl", headers={SOURCE: OTHER_ENDPOINT})

    assert reply.status == 403


def test_an_account_that_the_domain_is_not_shared_with_associates_no_endpoint(private: Up) -> None:
    stranger = private.sandbox.client("apigateway", "222222222222")

    with pytest.raises(ClientError, match="not authorized to perform: apigateway:CreateAccessAssociation"):
        stranger.create_domain_name_access_association(
            accessAssociationSource=OTHER_ENDPOINT,
            accessAssociationSourceType="VPCE",
            domainNameArn=private.outputs["domainArn"],
        )


def test_a_path_that_the_private_name_maps_nowhere_is_forbidden(private: Up) -> None:
    url = f"https://{private.host('domainUrl')}/v2/orders"

    reply = private.sandbox.request("GET", url, headers={SOURCE: private.outputs["vpcEndpointId"]})

    assert (reply.status, reply.json()) == (403, {"message": "Forbidden"})


def test_without_its_record_the_vpc_does_not_find_the_private_name(own: Up) -> None:
    route53 = own.sandbox.client("route53", CLIENT_ACCOUNT)
    (zone,) = own.ids("aws:route53/zone:Zone")
    records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    alias = next(record for record in records if record["Type"] == "A")
    route53.change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "DELETE", "ResourceRecordSet": alias}]}
    )

    assert call_from_the_vpc(own)["statusCode"] == 403


def test_an_organization_that_the_sandbox_does_not_know_keeps_the_share_to_itself(up: Deployer) -> None:
    with pytest.raises(Exception, match="OperationNotPermittedException"):
        up("private", config=["sharing=organization"])


def call_from_the_vpc(private: Up) -> dict[str, Any]:
    """Call /orders from the client's function; returns the response that it got."""
    client = private.sandbox.client("lambda", CLIENT_ACCOUNT)
    result = client.invoke(FunctionName=private.outputs["clientFunctionArn"], Payload=json.dumps({"path": "/orders"}))
    answer: dict[str, Any] = json.loads(result["Payload"].read())
    return answer
