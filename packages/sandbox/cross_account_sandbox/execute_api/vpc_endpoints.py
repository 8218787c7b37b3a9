"""Which VPC endpoint a request takes, and which APIs an endpoint leads to."""

from __future__ import annotations

from cross_account_sandbox.control_plane.private_zones import target
from cross_account_sandbox.control_plane.vpc_endpoints import VpcEndpoints

#: The service that endpoints for deployed APIs lead to.
SERVICE = "execute-api"


def of_vpc(endpoints: VpcEndpoints, vpc_id: str, region: str) -> str | None:
    """The endpoint that `*.execute-api.{region}` resolves to inside a VPC: one with private DNS on."""
    found = (
        endpoint.id
        for endpoint in endpoints.all()
        if (endpoint.vpc_id, endpoint.region) == (vpc_id, region)
        and endpoint.private_dns
        and endpoint.service.endswith(f".{SERVICE}")
    )
    return next(found, None)


def by_record(endpoints: VpcEndpoints, vpc_id: str, name: str) -> str | None:
    """The endpoint to which a record of a private hosted zone leads a name inside a VPC, which has that endpoint."""
    led_to = target(vpc_id, name)
    if led_to is None:
        return None
    found = (endpoint.id for endpoint in endpoints.all() if endpoint.vpc_id == vpc_id and led_to in endpoint.dns_names)
    return next(found, None)


def misdirected(endpoints: VpcEndpoints, endpoint_id: str, region: str) -> str:
    """Why this endpoint does not lead to APIs of this Region; empty where it does, or is somebody else's."""
    endpoint = endpoints.by_id(endpoint_id)
    if endpoint is None:
        return ""
    if not endpoint.service.endswith(f".{SERVICE}"):
        return f"{endpoint_id} is an endpoint for {endpoint.service}, not for execute-api"
    if endpoint.region != region:
        return f"{endpoint_id} of {endpoint.region} does not lead to APIs of {region}"
    return ""
