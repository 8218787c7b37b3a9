"""VPC endpoints as the way a request takes: whether one leads to this API, and what its own policy lets through.

An endpoint that EC2 does not know counts as somebody else's: it has no VPC known here and lets everything through.
Its security groups are not evaluated. Source: API Gateway developer guide, "Use VPC endpoint policies for private
APIs in API Gateway" (the endpoint's policy is evaluated first).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_rules.iam.evaluation import Decision, evaluate_policy
from aws_rules.iam.request import Principal
from cross_account_sandbox.control_plane.private_zones import target
from cross_account_sandbox.trace import Outcome

if TYPE_CHECKING:
    from cross_account_sandbox.execute_api.exchange import Exchange
    from cross_account_sandbox.world import World

#: The service that endpoints for deployed APIs lead to.
SERVICE = "execute-api"


def of_vpc(world: World, vpc_id: str, region: str) -> str | None:
    """The endpoint that `*.execute-api.{region}` resolves to inside a VPC: one with private DNS on."""
    found = (
        endpoint.id
        for endpoint in world.vpc_endpoints.all()
        if (endpoint.vpc_id, endpoint.region) == (vpc_id, region)
        and endpoint.private_dns
        and endpoint.service.endswith(f".{SERVICE}")
    )
    return next(found, None)


def by_record(world: World, vpc_id: str, name: str) -> str | None:
    """The endpoint to which a record of a private hosted zone leads a name inside a VPC, which has that endpoint."""
    led_to = target(vpc_id, name)
    if led_to is None:
        return None
    found = (
        endpoint.id
        for endpoint in world.vpc_endpoints.all()
        if endpoint.vpc_id == vpc_id and led_to in endpoint.dns_names
    )
    return next(found, None)


def misdirected(world: World, endpoint_id: str, region: str) -> str:
    """Why this endpoint does not lead to APIs of this Region; empty where it does, or is somebody else's."""
    endpoint = world.vpc_endpoints.by_id(endpoint_id)
    if endpoint is None:
        return ""
    if not endpoint.service.endswith(f".{SERVICE}"):
        return f"{endpoint_id} is an endpoint for {endpoint.service}, not for execute-api"
    if endpoint.region != region:
        return f"{endpoint_id} of {endpoint.region} does not lead to APIs of {region}"
    return ""


def check_policy(exchange: Exchange) -> None:
    """Refuse what the endpoint's policy does not let through. Raises Refusal (403)."""
    if exchange.address.vpce is None:
        return
    endpoint = exchange.world.vpc_endpoints.by_id(exchange.address.vpce)
    if endpoint is None:
        return
    exchange.vpc_id = endpoint.vpc_id
    exchange.identity |= {"vpceId": endpoint.id, "vpcId": endpoint.vpc_id}
    if not endpoint.policy:
        # EC2's default: everything.
        return
    from cross_account_sandbox.execute_api.authorization import resource_policy

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
    from cross_account_sandbox.control_plane.identities import principal
    from cross_account_sandbox.execute_api import sigv4
    from cross_account_sandbox.execute_api.signed_request import SignatureRefusal

    try:
        caller = sigv4.verify(exchange.request, region=exchange.api.region, sessions=exchange.world.sessions)
    except SignatureRefusal:
        return Principal.anonymous()
    return principal(caller)
