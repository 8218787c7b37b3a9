"""The condition keys of every request, and the keys that describe its client."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aws_rules.iam.request_keys import Client, request_keys

AT = datetime(2026, 11, 21, 8, 30, 5, tzinfo=UTC)
#: IAM user guide, "AWS global condition context keys": the keys that are always included.
ALWAYS = {
    "aws:CurrentTime": "2026-11-21T08:30:05Z",
    "aws:EpochTime": "1795249805",
    "aws:RequestedRegion": "eu-west-1",
    "aws:SecureTransport": "true",
    "aws:ViaAWSService": "false",
}


@pytest.mark.parametrize(
    ("client", "keys"),
    [
        (None, {}),
        (Client(source_ip="192.0.2.7"), {"aws:SourceIp": "192.0.2.7"}),
        (
            Client(source_ip="192.0.2.7", user_agent="curl/8", referer="https://example.com/"),
            {"aws:SourceIp": "192.0.2.7", "aws:UserAgent": "curl/8", "aws:Referer": "https://example.com/"},
        ),
        # The guide: a request through a VPC endpoint has aws:VpcSourceIp instead of aws:SourceIp.
        (
            Client(source_ip="10.0.0.7", vpce="vpce-1", vpc="vpc-1"),
            {"aws:VpcSourceIp": "10.0.0.7", "aws:SourceVpce": "vpce-1", "aws:SourceVpc": "vpc-1"},
        ),
        (Client(source_ip="10.0.0.7", vpce="vpce-1"), {"aws:VpcSourceIp": "10.0.0.7", "aws:SourceVpce": "vpce-1"}),
        (Client(source_ip="192.0.2.7", vpc="vpc-1"), {"aws:SourceIp": "192.0.2.7"}),
    ],
)
def test_a_request_has_the_keys_that_are_always_there_and_those_of_its_client(
    client: Client | None, keys: dict[str, str]
) -> None:
    assert request_keys("eu-west-1", at=AT, client=client) == ALWAYS | keys
