"""examples/custom-domain: the API is available under its own domain name, not under the default endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.examples.conftest import Deployer

API_ACCOUNT = "111111111111"


@pytest.mark.parametrize("endpoint_type", ["REGIONAL", "EDGE"])
def test_the_mapped_path_of_the_domain_is_answered_by_the_function(up: Deployer, endpoint_type: str) -> None:
    shop = up("custom-domain", config=[f"endpointType={endpoint_type}"])

    reply = shop.get("/orders?name=John")

    assert shop.outputs["url"] == "https://api.example.com/v1"
    assert reply.status == 200
    assert reply.json()["message"] == "Good day, John of World."
    seen = reply.json()["input"]
    assert seen["requestContext"]["domainName"] == "api.example.com"
    assert seen["path"] == "/v1/orders"
    assert seen["resource"] == "/orders"


def test_a_path_that_is_not_mapped_is_refused(up: Deployer) -> None:
    shop = up("custom-domain")

    reply = shop.sandbox.request("GET", "https://api.example.com/v2/orders")

    assert (reply.status, reply.json()) == (403, {"message": "Forbidden"})


def test_the_default_endpoint_is_switched_off(up: Deployer) -> None:
    shop = up("custom-domain")

    reply = shop.get("/orders", output="defaultUrl")

    assert (reply.status, reply.json()) == (403, {"message": "Forbidden"})


@pytest.mark.parametrize(("endpoint_type", "region"), [("REGIONAL", "eu-west-1"), ("EDGE", "us-east-1")])
def test_the_certificate_is_in_the_endpoint_types_region(up: Deployer, endpoint_type: str, region: str) -> None:
    shop = up("custom-domain", config=[f"endpointType={endpoint_type}"])

    [certificate] = shop.ids("aws:acm/certificate:Certificate")

    assert certificate.split(":")[3:5] == [region, API_ACCOUNT]


def test_the_dns_record_points_at_the_domains_target(up: Deployer) -> None:
    shop = up("custom-domain")
    route53 = shop.sandbox.client("route53", API_ACCOUNT)
    [zone] = route53.list_hosted_zones()["HostedZones"]

    records = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]

    [alias] = [record for record in records if record["Name"] == "api.example.com."]
    assert alias["Type"] == "A"
    assert alias["AliasTarget"]["DNSName"].rstrip(".") == shop.outputs["domainTarget"]
