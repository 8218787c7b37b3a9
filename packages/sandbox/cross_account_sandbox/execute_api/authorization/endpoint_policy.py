"""Evaluate the policy of the VPC endpoint that a request came through.

An endpoint that EC2 does not know counts as one outside the sandbox: its VPC is unknown and it allows everything.
Security groups are not evaluated. Source: API Gateway developer guide, "Use VPC endpoint policies for private APIs in
API Gateway" (the endpoint's policy is evaluated first).
"""

from __future__ import annotations

from aws_rules.iam.evaluation import Decision, evaluate_policy
from aws_rules.iam.request import Principal
from cross_account_sandbox.control_plane.identities import principal
from cross_account_sandbox.execute_api import sigv4
from cross_account_sandbox.execute_api.authorization import resource_policy
from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.signed_request import SignatureRefusal
from cross_account_sandbox.trace import Outcome


def check(exchange: Exchange) -> None:
    """Refuse requests that the endpoint's policy does not allow. Raises Refusal (403)."""
    if exchange.address.vpce is None:
        return
    endpoint = exchange.world.vpc_endpoints.by_id(exchange.address.vpce)
    if endpoint is None:
        return
    exchange.vpc_id = endpoint.vpc_id
    exchange.identity |= {"vpceId": endpoint.id, "vpcId": endpoint.vpc_id}
    if not endpoint.policy:
        # EC2's default allows everything.
        return
    signer = _signer(exchange)
    for request in resource_policy.requests(exchange, signer):
        outcome = evaluate_policy(endpoint.policy, request, has_principal=True)
        if outcome.decision is not Decision.ALLOW:
            explicit = outcome.decision is Decision.DENY
            # Unconfirmed: the end of the message for a request that a VPC endpoint policy denies. Reason: it is IAM's,
            # and was not recorded from API Gateway.
            tail = (
                " with an explicit deny in a VPC endpoint policy"
                if explicit
                else " because no VPC endpoint policy allows the execute-api:Invoke action"
            )
            raise resource_policy.refusal(
                exchange,
                str(signer),
                tail=tail,
                why=f"The policy of {endpoint.id} does not allow it: {resource_policy.explain(outcome)}",
                **(resource_policy.evidence(outcome) | {"policy": f"VPC endpoint {endpoint.id}"}),
            )
    exchange.trace.add("authorization", Outcome.PASSED, f"The policy of {endpoint.id} allows it", vpce=endpoint.id)


def _signer(exchange: Exchange) -> Principal:
    """Return who signed the request, by header or query; a request without a valid signature is anonymous."""
    try:
        caller = sigv4.verify(exchange.request, region=exchange.api.region, sessions=exchange.world.sessions)
    except SignatureRefusal:
        return Principal.anonymous()
    return principal(exchange.world.roles, caller)
