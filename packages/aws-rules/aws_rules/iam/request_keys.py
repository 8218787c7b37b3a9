"""The condition keys of every request to AWS, and those about where it comes from.

Source: IAM user guide, "AWS global condition context keys".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """The client that sent a request over the network, however it is signed.

    source_ip            its address
    user_agent, referer  from its headers; empty if they are absent
    vpce, vpc            the VPC endpoint of the request, and its VPC if it is known
    """

    source_ip: str
    user_agent: str = ""
    referer: str = ""
    vpce: str | None = None
    vpc: str | None = None

    def keys(self) -> dict[str, str]:
        """The condition keys of the client. Through a VPC endpoint, its address is only in aws:VpcSourceIp."""
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
    """The time and Region of the request, and that it used TLS, which AWS's endpoints require.

    region  of the called API or service
    at      in UTC
    client  who sent it; None where an AWS service makes the call

    No request here is made by a service on behalf of another caller, so aws:ViaAWSService is false.
    """
    return {
        **(client.keys() if client else {}),
        "aws:ViaAWSService": "false",
        **_time_keys(int(at.timestamp())),
        "aws:RequestedRegion": region,
        "aws:SecureTransport": "true",
    }


@lru_cache(maxsize=16)
def _time_keys(epoch: int) -> Mapping[str, str]:
    """The keys about a second, which many requests share."""
    at = datetime.fromtimestamp(epoch, tz=UTC)
    return MappingProxyType({"aws:CurrentTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "aws:EpochTime": str(epoch)})
