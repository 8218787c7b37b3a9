"""VPC endpoints as the data plane needs them: their account, their service, and what their policy allows."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class VpcEndpointView:
    """The current state of an endpoint.

    service      the name of its service, such as `com.amazonaws.us-east-1.execute-api`
    policy       the endpoint policy's document (the default policy allows everything)
    private_dns  whether the service's own host names resolve to this endpoint within its VPC
    dns_names    the endpoint's own public names
    """

    id: str
    account: str
    region: str
    service: str
    vpc_id: str
    private_dns: bool
    policy: dict[str, Any] = field(default_factory=dict)
    dns_names: tuple[str, ...] = ()


class VpcEndpoints:
    """Looks endpoints up in moto's EC2, in every account and Region. Nothing is cached."""

    def by_id(self, endpoint_id: str) -> VpcEndpointView | None:
        """The endpoint with this ID, in any account; None if it does not exist."""
        return next((view for view in self.all() if view.id == endpoint_id), None)

    def vpc_of_subnet(self, account: str, region: str, subnet_id: str) -> str | None:
        """The VPC of a subnet; used to find a function's VPC from its subnets."""
        for found_account, found_region, backend in _backends():
            if (found_account, found_region) == (account, region):
                for zone in list(backend.subnets.values()):
                    if subnet_id in zone:
                        return str(zone[subnet_id].vpc_id)
        return None

    def all(self) -> list[VpcEndpointView]:
        """Every existing endpoint."""
        return [
            _view(account, region, endpoint)
            for account, region, backend in _backends()
            for endpoint in list(backend.vpc_end_points.values())
        ]


def _backends() -> list[tuple[str, str, Any]]:
    # moto's EC2 is imported when the first EC2 call arrives; before that there are no endpoints.
    module = sys.modules.get("moto.ec2.models")
    accounts = getattr(module, "ec2_backends", {})
    return [
        (account, region, backend)
        for account, regions in list(accounts.items())
        for region, backend in list(regions.items())
    ]


def _view(account: str, region: str, endpoint: Any) -> VpcEndpointView:
    policy = endpoint.policy_document
    return VpcEndpointView(
        id=endpoint.id,
        account=account,
        region=region,
        service=endpoint.service_name,
        vpc_id=endpoint.vpc_id,
        private_dns=bool(endpoint.private_dns_enabled),
        policy=json.loads(policy) if isinstance(policy, str) else dict(policy or {}),
        dns_names=tuple(entry["dns_name"].lower() for entry in endpoint.dns_entries or []),
    )
