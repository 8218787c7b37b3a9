"""The condition keys that every request to AWS has, and those that tell where it comes from.

Source: IAM user guide, "AWS global condition context keys".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """Who sent a request over the network, whatever way it is signed.

    source_ip            its address
    user_agent, referer  what its headers say; empty where they are absent
    vpce, vpc            the VPC endpoint that the request came through, and its VPC where that is known
    """

    source_ip: str
    user_agent: str = ""
    referer: str = ""
    vpce: str | None = None
    vpc: str | None = None

    def keys(self) -> dict[str, str]:
        """The condition keys of the client. Through a VPC endpoint its address is aws:VpcSourceIp alone."""
        keys = {
            "aws:SourceIp": None if self.vpce else self.source_ip,
            "aws:VpcSourceIp": self.source_ip if self.vpce else None,
            "aws:SourceVpce": self.vpce,
            "aws:SourceVpc": self.vpc if self.vpce else None,
            "aws:UserAgent": self.user_agent,
            "aws:Referer": self.referer,
        }
        return {name: value for name, value in keys.items() if value}


def request_keys(region: str, *, at: datetime, client: Client | None = None) -> dict[str, str]:
    """When the request was made, which Region it asked, and that it came over TLS, as AWS's endpoints demand.

    region  that of the API or service which is called
    at      in UTC
    client  who sent it; None where an AWS service makes the call

    No request here is made by a service in somebody else's name, so aws:ViaAWSService is false.
    """
    return {
        **(client.keys() if client else {}),
        "aws:ViaAWSService": "false",
        "aws:CurrentTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:EpochTime": str(int(at.timestamp())),
        "aws:RequestedRegion": region,
        "aws:SecureTransport": "true",
    }
