"""Private hosted zones, from the point of view of a VPC's resolver."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cross_account_sandbox.control_plane.private_zones import target

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

NAME = "orders.internal.example.com"


def zone(sandbox: SandboxUnderTest, name: str, *, vpc: str | None, record: Any, **config: Any) -> str:
    """Create a zone, private if it has a VPC, with one record of this name, and return its ID."""
    route53 = sandbox.client("route53")
    private = {"VPC": {"VPCId": vpc, "VPCRegion": "us-east-1"}} if vpc else {}
    made = route53.create_hosted_zone(Name=name, CallerReference=name, **config, **private)
    change = {"Action": "CREATE", "ResourceRecordSet": {"Name": NAME, **record}}
    identity = str(made["HostedZone"]["Id"])
    route53.change_resource_record_sets(HostedZoneId=identity, ChangeBatch={"Changes": [change]})
    return identity


def alias(name: str) -> dict[str, Any]:
    return {"Type": "A", "AliasTarget": {"DNSName": name, "HostedZoneId": "Z1", "EvaluateTargetHealth": False}}


def cname(name: str) -> dict[str, Any]:
    return {"Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": name}]}


@pytest.fixture
def vpc(sandbox: SandboxUnderTest) -> str:
    return str(sandbox.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])


@pytest.mark.parametrize("record", [alias("There.example.com."), cname("There.example.com.")], ids=["alias", "cname"])
def test_a_record_of_the_vpcs_zone_leads_its_name_elsewhere(
    sandbox: SandboxUnderTest, vpc: str, record: dict[str, Any]
) -> None:
    zone(sandbox, NAME, vpc=vpc, record=record)

    assert target(vpc, NAME.upper()) == "there.example.com"


@pytest.mark.parametrize(
    "config",
    [
        {},
        {"HostedZoneConfig": {"Comment": "ours"}},
        {"HostedZoneConfig": {"PrivateZone": False}},
        {"HostedZoneConfig": {"PrivateZone": True}},
    ],
    ids=["no configuration", "a comment", "not private", "private"],
)
def test_a_zone_that_is_made_with_a_vpc_is_private_whatever_the_call_says(
    sandbox: SandboxUnderTest, vpc: str, config: dict[str, Any]
) -> None:
    identity = zone(sandbox, NAME, vpc=vpc, record=alias("there.example.com"), **config)

    answer = sandbox.client("route53").get_hosted_zone(Id=identity)
    assert answer["HostedZone"]["Config"]["PrivateZone"] is True
    assert answer["HostedZone"]["Config"].get("Comment") == config.get("HostedZoneConfig", {}).get("Comment")
    assert answer["VPCs"] == [{"VPCRegion": "us-east-1", "VPCId": vpc}]
    assert target(vpc, NAME) == "there.example.com"


def test_another_vpc_does_not_see_the_zone(sandbox: SandboxUnderTest, vpc: str) -> None:
    zone(sandbox, NAME, vpc=vpc, record=alias("there.example.com"))

    assert target("vpc-0fedcba9876543210", NAME) is None


def test_a_public_zone_is_no_vpcs_own(sandbox: SandboxUnderTest, vpc: str) -> None:
    zone(sandbox, "example.com", vpc=None, record=alias("there.example.com"))

    assert target(vpc, NAME) is None


def test_of_zones_that_overlap_the_most_specific_answers(sandbox: SandboxUnderTest, vpc: str) -> None:
    zone(sandbox, "example.com", vpc=vpc, record=alias("general.example.com"))
    zone(sandbox, "internal.example.com", vpc=vpc, record=alias("specific.example.com"))

    assert target(vpc, NAME) == "specific.example.com"
    assert target(vpc, "other.internal.example.com") is None
