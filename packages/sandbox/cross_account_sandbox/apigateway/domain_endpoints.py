"""The target of a custom domain's DNS record, the hosted zone of that target, and the domain's ARN."""

from __future__ import annotations

import secrets

from aws_rules.arns import partition_of_region
from cross_account_sandbox.apigateway.identifiers import LONG, new_id
from cross_account_sandbox.apigateway.model.domain_name import DomainName

#: CloudFront's hosted zone, for edge-optimized domains in all Regions (AWS general reference, apigateway).
EDGE_ZONE = "Z2FDTNDATAQYW2"
#: Hosted zones of execute-api endpoints (same page).
_ZONES = {
    "us-east-1": "Z1UJRXOUMOOFQ8",
    "us-east-2": "ZOJJZC49E0EPZ",
    "us-west-1": "Z2MUQ32089INYE",
    "us-west-2": "Z2OJLYMUO9EFXC",
    "ap-northeast-1": "Z1YSHQZHG15GKL",
    "ap-south-1": "Z3VO1THU9YC4UR",
    "ap-southeast-1": "ZL327KTPIQFUL",
    "ap-southeast-2": "Z2RPCDW04V8134",
    "ca-central-1": "Z19DQILCV0OWEC",
    "eu-central-1": "Z1U9ULNL0V5AJ3",
    "eu-west-1": "ZLY8HYME6SFDD",
    "eu-west-2": "ZJ5UAJN8Y3Z2Q",
    "eu-west-3": "Z3KY65QIEKYHQQ",
    "eu-north-1": "Z3UWIKFBOOGXPP",
    "sa-east-1": "ZCMLWB8V5SYIT",
}
#: An obviously invented zone for Regions that the table above does not list.
_OTHER_ZONE = "ZSANDBOXEXECUTEAPI"


def new_endpoint(kind: str, region: str) -> dict[str, str]:
    """Return the target of a domain's DNS record and its hosted zone. A private domain has neither."""
    if kind == "EDGE":
        return {
            "distributionDomainName": f"d{secrets.token_hex(7)[:13]}.cloudfront.net",
            "distributionHostedZoneId": EDGE_ZONE,
        }
    if kind == "REGIONAL":
        return {
            "regionalDomainName": f"d-{new_id(LONG)}.execute-api.{region}.amazonaws.com",
            "regionalHostedZoneId": _ZONES.get(region, _OTHER_ZONE),
        }
    return {}


def domain_key(domain: DomainName) -> str:
    """Return the key of a domain in a store. Private domains can share a name, so the name is not enough."""
    return f"{domain.name}+{domain.domain_id}" if domain.domain_id else domain.name


def domain_arn(domain: DomainName, *, account: str, region: str) -> str:
    """Return a domain's ARN. A private domain's ARN contains its account and ID, a public one's neither.

    Source: developer guide, "arn-format-reference".
    """
    partition = partition_of_region(region)
    owner = account if domain.domain_id else ""
    return f"arn:{partition}:apigateway:{region}:{owner}:/domainnames/{domain_key(domain)}"
