"""The condition keys that every request to AWS has, whoever makes it.

Source: IAM user guide, "AWS global condition context keys" (availability: always included in the request context).
"""

from __future__ import annotations

from datetime import datetime


def request_keys(region: str, *, at: datetime, source_ip: str | None = None) -> dict[str, str]:
    """When the request was made, which Region it asked, and that it came over TLS, as AWS's endpoints demand.

    region     that of the API or service which is called
    at         in UTC
    source_ip  the caller's address; None where the caller is a service, or uses a VPC endpoint

    No request here is made by a service in somebody else's name, so aws:ViaAWSService is false.
    """
    address = {"aws:SourceIp": source_ip} if source_ip else {}
    return {
        **address,
        "aws:ViaAWSService": "false",
        "aws:CurrentTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:EpochTime": str(int(at.timestamp())),
        "aws:RequestedRegion": region,
        "aws:SecureTransport": "true",
    }
