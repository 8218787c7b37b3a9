"""The path from another account's VPC to a private API."""

from __future__ import annotations

from typing import Any

import pytest

from cross_account_api import RestApiArgs
from cross_account_api.errors import ArgumentError
from cross_account_api.private.isolated_vpc import IsolatedVpc, IsolatedVpcArgs
from cross_account_api.private.vpc_endpoint import ApiVpcEndpoint, ApiVpcEndpointArgs, service_name
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.rest.resource_policies import vpc_endpoints_policy
from cross_account_api.testing import Recording, record
from tests.components.builders import API, FUNCTION, THIRD, account, get, new_function, outputs

DNS = {"VpcEndpoint": {"dnsEntries": [{"dnsName": "vpce-1.execute-api.eu-west-1.vpce.amazonaws.com"}]}}


def private(*, preview: bool = False, region: str = "eu-west-1", **changes: Any) -> Recording:
    """A private API of 111111111111 and an endpoint in 333333333333."""

    def program() -> dict[str, Any]:
        callers, owner = account(THIRD, region), account(API)
        vpc = IsolatedVpc("callers", IsolatedVpcArgs(account=callers))
        options: dict[str, Any] = {"subnet_ids": vpc.subnet_ids, "client_cidrs": [vpc.cidr], **changes}
        endpoint = ApiVpcEndpoint(
            "callers", ApiVpcEndpointArgs(account=callers, api_account=owner, vpc_id=vpc.id, **options)
        )
        api = CrossAccountApi(
            "shop",
            CrossAccountApiArgs(
                account=owner,
                functions={"hello": new_function(account(FUNCTION))},
                routes=[get("/")],
                api=RestApiArgs(
                    endpoint_type="PRIVATE",
                    vpc_endpoint_ids=[endpoint.id],
                    resource_policy=endpoint.id.apply(lambda known: vpc_endpoints_policy([known])),
                ),
            ),
        )
        return {**outputs(api), "dnsName": endpoint.dns_name}

    return record(program, preview=preview, answers=DNS)


def test_endpoint_network_and_groups_are_in_the_callers_account() -> None:
    network = {"Vpc", "Subnet", "SecurityGroup", "SecurityGroupIngressRule", "SecurityGroupEgressRule", "VpcEndpoint"}

    assert {each.provider for each in private().in_aws if each.type.rpartition(":")[2] in network} == {"third"}


def test_through_the_endpoint_only_apis_of_that_account_and_region_can_be_called() -> None:
    policy = private().one("VpcEndpoint").document("policy")

    assert policy["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "execute-api:Invoke",
            "Resource": f"arn:aws:execute-api:eu-west-1:{API}:*",
        }
    ]


def test_the_endpoint_can_only_be_reached_over_https_from_the_vpc() -> None:
    rule = private().one("SecurityGroupIngressRule").inputs

    assert (rule["cidrIpv4"], rule["ipProtocol"], rule["fromPort"], rule["toPort"]) == ("10.0.0.0/16", "tcp", 443, 443)


def test_callers_reach_nothing_but_https_within_the_vpc() -> None:
    recording = private()

    assert recording.one("SecurityGroupEgressRule").inputs["cidrIpv4"] == "10.0.0.0/16"
    assert recording.all("InternetGateway") == []


def test_the_apis_policy_and_document_name_the_endpoint_before_the_first_deployment() -> None:
    recording = private()
    endpoint = recording.one("VpcEndpoint").id
    api = recording.one("RestApi")
    document = api.document()

    assert document["x-amazon-apigateway-policy"] == vpc_endpoints_policy([endpoint])
    assert document["servers"][0]["x-amazon-apigateway-endpoint-configuration"] == {"vpcEndpointIds": [endpoint]}
    assert api.inputs["endpointConfiguration"] == {"types": "PRIVATE", "vpcEndpointIds": [endpoint]}


@pytest.mark.parametrize("on", [True, False])
def test_private_dns_is_a_choice(*, on: bool) -> None:
    assert private(private_dns=on).one("VpcEndpoint").inputs["privateDnsEnabled"] is on


def test_the_endpoints_own_name_is_an_output() -> None:
    assert private().outputs["dnsName"] == "vpce-1.execute-api.eu-west-1.vpce.amazonaws.com"


def test_the_subnets_share_the_vpcs_addresses_without_overlap() -> None:
    assert {each.inputs["availabilityZone"]: each.inputs["cidrBlock"] for each in private().all("Subnet")} == {
        "eu-west-1a": "10.0.0.0/17",
        "eu-west-1b": "10.0.128.0/17",
    }


def test_a_first_preview_knows_nothing_and_does_not_fail() -> None:
    assert len(private(preview=True).in_aws) == len(private().in_aws)


@pytest.mark.parametrize(
    ("region", "name"),
    [
        ("eu-west-1", "com.amazonaws.eu-west-1.execute-api"),
        ("cn-north-1", "cn.com.amazonaws.cn-north-1.execute-api"),
        ("us-gov-west-1", "com.amazonaws.us-gov-west-1.execute-api"),
    ],
)
def test_the_service_is_that_of_the_region(region: str, name: str) -> None:
    assert service_name(region) == name


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"region": "us-east-1"}, "the endpoint's Region us-east-1 is not the API's, eu-west-1"),
        ({"subnet_ids": []}, "an interface endpoint needs at least one subnet"),
        ({"client_cidrs": []}, "without it nobody can reach the endpoint"),
    ],
)
def test_an_endpoint_that_could_not_serve_is_refused(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        private(**changes)

    assert told in str(caught.value)


def test_a_private_api_without_a_resource_policy_is_refused() -> None:
    def program() -> None:
        CrossAccountApi(
            "shop",
            CrossAccountApiArgs(
                account=account(API),
                functions={"hello": new_function(account(FUNCTION))},
                routes=[get("/")],
                api=RestApiArgs(endpoint_type="PRIVATE"),
            ),
        )

    with pytest.raises(ArgumentError, match="without a resource policy, a private API refuses every request"):
        record(program)
