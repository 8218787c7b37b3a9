"""VPC endpoints as the way a request takes: which one, of which VPC, and what its own policy lets through.

Endpoints are those of EC2 in any account. One that EC2 does not know counts as somebody else's: it has no VPC
known here and lets everything through. Source: API Gateway developer guide, "Use VPC endpoint policies for
private APIs in API Gateway" (the endpoint's policy is evaluated first).
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from components.iam.evaluation import Decision, evaluate_policy
from components.iam.request import Principal
from sandbox.trace import Outcome

if TYPE_CHECKING:
    from sandbox.execute_api.exchange import Exchange

_SERVICE = ".execute-api"


@dataclass(frozen=True, kw_only=True, slots=True)
class VpcEndpoint:
    """An interface endpoint for execute-api."""

    id: str
    vpc_id: str
    region: str
    private_dns: bool
    policy: dict[str, Any] | None


def by_id(endpoint_id: str) -> VpcEndpoint | None:
    """The endpoint of this id in any account and Region; None where EC2 knows none."""
    return next((endpoint for endpoint in _all() if endpoint.id == endpoint_id), None)


def of_vpc(vpc_id: str, region: str) -> VpcEndpoint | None:
    """The endpoint that `*.execute-api.{region}` resolves to inside a VPC: one with private DNS on."""
    return next(
        (
            endpoint
            for endpoint in _all()
            if (endpoint.vpc_id, endpoint.region) == (vpc_id, region) and endpoint.private_dns
        ),
        None,
    )


def _all() -> list[VpcEndpoint]:
    # moto's EC2 is imported when the first EC2 call arrives: before that there are no endpoints.
    module = sys.modules.get("moto.ec2.models")
    backends = getattr(module, "ec2_backends", {})
    return [
        _view(endpoint, region)
        for account in list(backends)
        for region, backend in list(backends[account].items())
        for endpoint in list(getattr(backend, "vpc_end_points", {}).values())
        if endpoint.service_name.endswith(_SERVICE)
    ]


def _view(endpoint: Any, region: str) -> VpcEndpoint:
    text = endpoint.policy_document
    return VpcEndpoint(
        id=endpoint.id,
        vpc_id=endpoint.vpc_id,
        region=region,
        private_dns=bool(endpoint.private_dns_enabled),
        policy=json.loads(text) if isinstance(text, str) and text else text or None,
    )


def check_policy(exchange: Exchange) -> None:
    """Refuse what the endpoint's policy does not let through. Raises Refusal (403)."""
    if exchange.address.vpce is None:
        return
    endpoint = by_id(exchange.address.vpce)
    if endpoint is None:
        return
    exchange.vpc_id = endpoint.vpc_id
    exchange.identity |= {"vpceId": endpoint.id, "vpcId": endpoint.vpc_id}
    if endpoint.policy is None:
        return
    from sandbox.execute_api.authorization import resource_policy

    principal = _principal(exchange)
    for request in resource_policy.requests(exchange, principal):
        outcome = evaluate_policy(endpoint.policy, request, has_principal=True)
        if outcome.decision is not Decision.ALLOW:
            explicit = outcome.decision is Decision.DENY
            # The ends of the two texts are IAM's for endpoint policies; of API Gateway they are unconfirmed.
            tail = (
                " with an explicit deny in a VPC endpoint policy"
                if explicit
                else " because no VPC endpoint policy allows the execute-api:Invoke action"
            )
            raise resource_policy.refusal(
                exchange,
                str(principal),
                tail=tail,
                why=f"The policy of {endpoint.id} does not let it through: {resource_policy.explain(outcome)}",
                **(resource_policy.evidence(outcome) | {"policy": f"VPC endpoint {endpoint.id}"}),
            )
    exchange.trace.add(
        "authorization", Outcome.PASSED, f"The policy of {endpoint.id} lets it through", vpce=endpoint.id
    )


def _principal(exchange: Exchange) -> Principal:
    """Who signed, where somebody did; an endpoint policy may name principals."""
    if not exchange.header("authorization").startswith("AWS4-"):
        return Principal.anonymous()
    from sandbox.control_plane.identities import principal
    from sandbox.execute_api import sigv4
    from sandbox.execute_api.signed_request import SignatureRefusal

    try:
        caller = sigv4.verify(exchange.request, region=exchange.api.region, sessions=exchange.world.sessions)
    except SignatureRefusal:
        return Principal.anonymous()
    return principal(caller)
