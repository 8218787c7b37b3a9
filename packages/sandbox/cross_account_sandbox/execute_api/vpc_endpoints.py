"""Find the VPC endpoint of a request, and check which APIs an endpoint reaches."""

from __future__ import annotations

from cross_account_sandbox.control_plane.private_zones import target
from cross_account_sandbox.control_plane.vpc_endpoints import VpcEndpoints

#: The service of VPC endpoints for deployed APIs.
SERVICE = "execute-api"


def of_vpc(endpoints: VpcEndpoints, vpc_id: str, region: str) -> str | None:
    """Return the endpoint that `*.execute-api.{region}` resolves to inside a VPC: one with private DNS enabled."""
    found = (
        endpoint.id
        for endpoint in endpoints.all()
        if (endpoint.vpc_id, endpoint.region) == (vpc_id, region)
        and endpoint.private_dns
        and endpoint.service.endswith(f".{SERVICE}")
    )
    return next(found, None)


def by_record(endpoints: VpcEndpoints, vpc_id: str, name: str) -> str | None:
    """Return the endpoint in the VPC that a record in a private hosted zone resolves a name to."""
    led_to = target(vpc_id, name)
    if led_to is None:
        return None
    found = (endpoint.id for endpoint in endpoints.all() if endpoint.vpc_id == vpc_id and led_to in endpoint.dns_names)
    return next(found, None)


def misdirected(endpoints: VpcEndpoints, endpoint_id: str, region: str) -> str:
    """Explain why this endpoint does not reach APIs in this Region; empty if it does, or is outside the sandbox."""
    endpoint = endpoints.by_id(endpoint_id)
    if endpoint is None:
        return ""
    if not endpoint.service.endswith(f".{SERVICE}"):
        return f"{endpoint_id} is an endpoint for {endpoint.service}, not for execute-api"
    if endpoint.region != region:
        return f"{endpoint_id} in {endpoint.region} does not reach APIs in {region}"
    return ""
