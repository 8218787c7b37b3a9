"""AWS_IAM: require a valid signature, then evaluate identity policies and resource policy as IAM does.

Within an account, either policy can allow the call. Across accounts, both must. Source: API Gateway developer guide,
"IAM authentication and resource policy" and its tables A and B.
"""

from __future__ import annotations

from typing import Any

from aws_rules.iam.evaluation import AccessDecision, evaluate_access
from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.control_plane.identities import identity_policies, principal
from cross_account_sandbox.control_plane.organizations import membership
from cross_account_sandbox.execute_api import sigv4
from cross_account_sandbox.execute_api.authorization import resource_policy
from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.refusal import (
    EXPIRED_TOKEN,
    INVALID_SIGNATURE,
    MISSING_AUTHENTICATION_TOKEN,
    Kind,
    Refusal,
)
from cross_account_sandbox.execute_api.signed_request import SignatureRefusal
from cross_account_sandbox.trace import Outcome


def check(exchange: Exchange) -> None:
    """Allow a caller who signed the request and is authorized. Raises Refusal."""
    try:
        caller = sigv4.verify(exchange.request, region=exchange.api.region, sessions=exchange.world.sessions)
    except SignatureRefusal as problem:
        raise signature_refusal(problem) from None
    exchange.caller = caller
    exchange.identity.update(_identity(caller))
    decision = _decide(exchange, caller)
    if decision.allowed:
        exchange.trace.add(
            "authorization",
            Outcome.ALLOWED,
            f"{caller.arn}: {decision.reason}",
            **_evidence(caller, decision),
        )
        return
    raise resource_policy.refusal(
        exchange,
        caller.arn,
        tail=resource_policy.EXPLICIT if decision.explicit_deny else "",
        why=f"{caller.arn} is not allowed to invoke it: {decision.reason}",
        **_evidence(caller, decision),
    )


def _evidence(caller: Caller, decision: AccessDecision) -> dict[str, Any]:
    return {"caller": caller.arn, **decision.evidence, "documents": decision.documents}


def signature_refusal(problem: SignatureRefusal) -> Refusal:
    """Turn a signature's refusal into its gateway response."""
    kinds = {
        "MissingAuthenticationTokenException": MISSING_AUTHENTICATION_TOKEN.type,
        "ExpiredTokenException": EXPIRED_TOKEN.type,
    }
    kind = Kind(kinds.get(problem.error_type, INVALID_SIGNATURE.type), problem.status, problem.error_type)
    return Refusal(kind, problem.message, hop="authorization", why=problem.message.partition("\n")[0])


def _decide(exchange: Exchange, caller: Caller) -> AccessDecision:
    """Evaluate every form of the method's ARN: all must be allowed, and the first that is not decides."""
    identity = identity_policies(exchange.world.roles, caller)
    policy = resource_policy.document(exchange)
    decisions = [
        evaluate_access(
            request,
            resource_account=exchange.api.account,
            identity_policies=identity.policies,
            resource_policy=policy,
            session_policies=identity.session_policies,
            boundary=identity.boundary,
            pinned=exchange.snapshot.definition.policy_pins,
            # A private API allows no calls without a resource policy.
            resource_policy_required=exchange.snapshot.private,
        )
        for request in resource_policy.requests(exchange, principal(exchange.world.roles, caller))
    ]
    return next((decision for decision in decisions if not decision.allowed), decisions[0])


def _identity(caller: Caller) -> dict[str, str | None]:
    """Build `requestContext.identity` of a signed request: `user` and `caller` are the principal's user ID."""
    member = membership(caller.account)
    return {
        "accessKey": caller.access_key,
        "accountId": caller.account,
        "caller": caller.user_id,
        "user": caller.user_id,
        "userArn": caller.arn,
        "principalOrgId": member.organization if member else None,
    }
