"""VPC endpoints: fixes to moto's EC2, and the view on which the data plane bases its decisions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

ACCOUNT = "222222222222"
SERVICE = "com.amazonaws.us-east-1.execute-api"
NOTHING = {"Version": "2012-10-17", "Statement": []}


@pytest.fixture
def endpoint(sandbox: SandboxUnderTest) -> dict[str, Any]:
    ec2 = sandbox.client("ec2", account=ACCOUNT)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="calls", Description="calls", VpcId=vpc)["GroupId"]
    made: dict[str, Any] = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=SERVICE,
        VpcEndpointType="Interface",
        SubnetIds=[subnet],
        SecurityGroupIds=[group],
        PrivateDnsEnabled=False,
    )["VpcEndpoint"]
    return made


def test_modify_vpc_endpoint_switches_private_dns(sandbox: SandboxUnderTest, endpoint: dict[str, Any]) -> None:
    ec2 = sandbox.client("ec2", account=ACCOUNT)
    for enabled in (True, False):
        ec2.modify_vpc_endpoint(VpcEndpointId=endpoint["VpcEndpointId"], PrivateDnsEnabled=enabled)
        described = ec2.describe_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])["VpcEndpoints"][0]
        assert described["PrivateDnsEnabled"] is enabled


def test_an_endpoints_public_name_is_under_vpce_amazonaws_com(endpoint: dict[str, Any]) -> None:
    name = endpoint["DnsEntries"][0]["DnsName"]
    assert name.startswith(f"{endpoint['VpcEndpointId']}-")
    assert name.endswith(".execute-api.us-east-1.vpce.amazonaws.com")


def test_the_data_plane_finds_an_endpoint_and_a_subnets_vpc(
    sandbox: SandboxUnderTest, endpoint: dict[str, Any]
) -> None:
    endpoints = sandbox.world.vpc_endpoints
    view = endpoints.by_id(endpoint["VpcEndpointId"])
    assert view is not None
    assert (view.account, view.region, view.service, view.vpc_id) == (
        ACCOUNT,
        "us-east-1",
        SERVICE,
        endpoint["VpcId"],
    )
    assert view.policy["Statement"][0]["Effect"] == "Allow"
    assert endpoints.all() == [view]
    assert endpoints.vpc_of_subnet(ACCOUNT, "us-east-1", endpoint["SubnetIds"][0]) == endpoint["VpcId"]


def test_a_changed_endpoint_policy_counts_at_once(sandbox: SandboxUnderTest, endpoint: dict[str, Any]) -> None:
    sandbox.client("ec2", account=ACCOUNT).modify_vpc_endpoint(
        VpcEndpointId=endpoint["VpcEndpointId"], PolicyDocument=json.dumps(NOTHING)
    )
    view = sandbox.world.vpc_endpoints.by_id(endpoint["VpcEndpointId"])
    assert view is not None
    assert view.policy == NOTHING


def test_a_deleted_endpoint_is_gone(sandbox: SandboxUnderTest, endpoint: dict[str, Any]) -> None:
    ec2 = sandbox.client("ec2", account=ACCOUNT)
    ec2.delete_vpc_endpoints(VpcEndpointIds=[endpoint["VpcEndpointId"]])
    assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []
    assert sandbox.world.vpc_endpoints.by_id(endpoint["VpcEndpointId"]) is None


def test_the_services_that_endpoints_lead_to_are_listed(sandbox: SandboxUnderTest) -> None:
    services = sandbox.client("ec2").describe_vpc_endpoint_services(ServiceNames=[SERVICE])
    assert services["ServiceNames"] == [SERVICE]


def test_private_dns_needs_the_vpcs_dns_host_names(sandbox: SandboxUnderTest) -> None:
    ec2 = sandbox.client("ec2", account=ACCOUNT)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    with pytest.raises(ClientError, match="requires both enableDnsSupport and enableDnsHostnames"):
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName=SERVICE, VpcEndpointType="Interface", PrivateDnsEnabled=True)


def test_an_endpoint_that_does_not_ask_has_private_dns_where_the_vpc_allows_it(sandbox: SandboxUnderTest) -> None:
    ec2 = sandbox.client("ec2", account=ACCOUNT)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    asked = {"VpcId": vpc, "ServiceName": SERVICE, "VpcEndpointType": "Interface"}
    assert ec2.create_vpc_endpoint(**asked)["VpcEndpoint"]["PrivateDnsEnabled"] is False
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    assert ec2.create_vpc_endpoint(**asked)["VpcEndpoint"]["PrivateDnsEnabled"] is True


def test_one_endpoint_of_a_vpc_has_a_services_private_name(sandbox: SandboxUnderTest, endpoint: dict[str, Any]) -> None:
    ec2 = sandbox.client("ec2", account=ACCOUNT)
    more = {"VpcId": endpoint["VpcId"], "ServiceName": SERVICE, "VpcEndpointType": "Interface"}
    ec2.create_vpc_endpoint(**more, PrivateDnsEnabled=True)
    with pytest.raises(ClientError, match=r"conflicting DNS domain for execute-api\.us-east-1"):
        ec2.create_vpc_endpoint(**more, PrivateDnsEnabled=True)
    with pytest.raises(ClientError, match="conflicting DNS domain"):
        ec2.modify_vpc_endpoint(VpcEndpointId=endpoint["VpcEndpointId"], PrivateDnsEnabled=True)
