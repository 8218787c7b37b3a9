"""The caller of a function whose integration or authorizer has `credentials`.

A role must be in the API's account and trust apigateway.amazonaws.com. `arn:aws:iam::*:user/*` stands for the
signed caller of the request. Source: API Gateway API reference, Integration `credentials`.
"""

from __future__ import annotations

from typing import Any

from aws_rules import policies
from aws_rules.iam.evaluation import IdentityPolicies
from aws_rules.iam.gateway_invocation import CALLER_PASSED_ON, SESSION
from aws_rules.iam.gateway_role import gateway_may_assume
from aws_rules.iam.request import Principal
from aws_rules.iam.request_keys import request_keys
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.identities import identity_policies, principal, service_session
from cross_account_sandbox.execute_api.base import BaseExchange
from cross_account_sandbox.execute_api.refusal import API_CONFIGURATION_ERROR, INTERNAL_SERVER_ERROR, Refusal

SERVICE = policies.API_GATEWAY
#: The execution log's line for every refusal to invoke a function.
INVALID_PERMISSIONS = "Execution failed due to configuration error: Invalid permissions on Lambda function"
_NOT_ASSUMED = (
    "Execution failed due to configuration error: API Gateway does not have permission to assume the provided role"
)


def caller_of(exchange: BaseExchange[Any, Any], credentials: str, *, hop: str) -> tuple[Principal, IdentityPolicies]:
    """Return the principal and what limits it. Raises Refusal (500) if API Gateway cannot assume the role."""
    if credentials.endswith(CALLER_PASSED_ON):
        return _passed_on(exchange, hop=hop)
    role = exchange.world.roles.by_arn(credentials)
    account = credentials.split(":")[4] if credentials.count(":") >= 5 else ""
    if account != exchange.api.account:
        why = (
            f"The credentials role {credentials} is not in the API's account {exchange.api.account}: "
            "cross-account pass role is not allowed"
        )
        raise _not_assumed(credentials, hop=hop, why=why)
    if role is None:
        raise _not_assumed(credentials, hop=hop, why=f"The credentials role {credentials} does not exist")
    trust = gateway_may_assume(role.arn, role.trust, keys=request_keys(exchange.api.region, at=utc_now()))
    if not trust.allowed:
        why = f"The role {role.arn} does not trust {SERVICE}: {trust.reason}"
        raise _not_assumed(credentials, hop=hop, why=why, **trust.evidence, documents=trust.documents)
    return service_session(role, SESSION), IdentityPolicies(policies=role.policies, boundary=role.boundary)


def _not_assumed(credentials: str, *, hop: str, why: str, **evidence: Any) -> Refusal:
    return Refusal(
        API_CONFIGURATION_ERROR,
        INTERNAL_SERVER_ERROR,
        hop=hop,
        why=why,
        log=(f"{_NOT_ASSUMED} {credentials}",),
        role=credentials,
        **evidence,
    )


def _passed_on(exchange: BaseExchange[Any, Any], *, hop: str) -> tuple[Principal, IdentityPolicies]:
    caller = exchange.caller
    if caller is None:
        raise _not_passed_on(
            why="The integration passes on the caller's credentials, but the request is not signed "
            "(the method is not AWS_IAM)",
            hop=hop,
        )
    if caller.account != exchange.api.account:
        # According to an AWS engineer (2015), caller credentials do not cross accounts; when in doubt, refuse.
        raise _not_passed_on(why=f"The integration passes on {caller.arn}, which is not in the API's account", hop=hop)
    return principal(exchange.world.roles, caller), identity_policies(exchange.world.roles, caller)


def _not_passed_on(*, why: str, hop: str) -> Refusal:
    return Refusal(API_CONFIGURATION_ERROR, INTERNAL_SERVER_ERROR, hop=hop, why=why, log=(INVALID_PERMISSIONS,))
