"""The condition keys that every request to AWS has, whoever makes it.

Source: IAM user guide, "AWS global condition context keys" (availability: always included in the request context).
"""

from __future__ import annotations

from datetime import datetime


def request_keys(region: str, *, at: datetime) -> dict[str, str]:
    """When the request was made, which Region it asked, and that it came over TLS, as AWS's endpoints demand.

    region  that of the API or service which is called
    at      in UTC
    """
    return {
        "aws:CurrentTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:EpochTime": str(int(at.timestamp())),
        "aws:RequestedRegion": region,
        "aws:SecureTransport": "true",
    }
