"""Certificates of custom domains: their Region, their owner, and the names they cover."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from aws_rules.arns import Arn, ArnError, foreign_partition, partition_of_region
from cross_account_sandbox.apigateway.errors import bad_request

#: The Region from which CloudFront, and thus an edge-optimized domain, takes its certificates.
EDGE_REGION = "us-east-1"


def check_certificate(arn: str, domain: str, *, account: str, region: str) -> None:
    """Raises BadRequestException unless this is an issued ACM certificate of the account and Region for the domain."""
    try:
        parsed = Arn.parse(arn)
    except ArnError:
        parsed = None
    if (
        parsed is None
        or foreign_partition(arn, partition_of_region(region))
        or parsed.service != "acm"
        or not parsed.resource.startswith("certificate/")
    ):
        # Unconfirmed: the text for a certificate of another partition. Reason: no AWS page shows it.
        raise bad_request(f"Invalid certificate ARN: {arn}.")
    if parsed.region != region:
        raise bad_request(f"Invalid certificate ARN: {arn}. Certificate must be in '{region}'.")
    if parsed.account != account:
        raise bad_request("The certificate provided must be owned by the account creating the domain.")
    certificate = _certificate(arn, account, region)
    if certificate is None:
        raise bad_request("The provided certificate does not exist.")
    certificate.check()
    if certificate.status != "ISSUED":
        # Unconfirmed: the texts for a certificate that is pending or covers another name. Reason: no AWS page shows it.
        raise bad_request(f"The provided certificate {arn} is not issued: its status is {certificate.status}")
    names = [certificate.common_name, *certificate.sans]
    if not _covers(names, domain):
        raise bad_request(
            f"The provided certificate {arn} does not cover the domain name {domain}: it covers {', '.join(names)}"
        )


def _certificate(arn: str, account: str, region: str) -> Any:
    # Without an ACM call there is no certificate yet, so do not import moto's ACM.
    module = sys.modules.get("moto.acm.models")
    if module is None:
        return None
    return module.acm_backends[account][region]._certificates.get(arn)  # noqa: SLF001 - moto has no read without a copy


def _covers(names: Iterable[str], domain: str) -> bool:
    wanted = domain.lower()
    return any(
        name.lower() == wanted or (name.startswith("*.") and wanted.partition(".")[2] == name[2:].lower())
        for name in names
    )
