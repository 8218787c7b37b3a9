"""Route 53: a hosted zone is private when it is created with a VPC."""

from __future__ import annotations

from typing import Any


def apply() -> None:
    """Change moto's Route 53."""
    from moto.route53.responses import Route53

    _make_zones_of_a_vpc_private(Route53)


def _make_zones_of_a_vpc_private(responses: Any) -> None:
    """A VPC makes the zone private even without `PrivateZone` in the call, which the AWS provider omits."""
    unmended = responses.create_hosted_zone

    def create_hosted_zone(self: Any) -> Any:
        if self._get_param("VPC.VPCId"):
            self.params["HostedZoneConfig"] = {**(self.params.get("HostedZoneConfig") or {}), "PrivateZone": True}
        return unmended(self)

    responses.create_hosted_zone = create_hosted_zone
