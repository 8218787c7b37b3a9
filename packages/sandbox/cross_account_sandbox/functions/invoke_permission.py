"""Decides a call of a function by the policy of the qualifier that it names and the caller's own policies.

Each version and alias has its own policy, and so does the unqualified function: a statement on the function does not
allow a call of its alias (Lambda developer guide, "Resource-based policies"). `$LATEST` as a qualifier has no policy:
AWS does not add permissions to it.
"""

from __future__ import annotations

from aws_rules.iam.evaluation import AccessDecision, AccessRequest, IdentityPolicies, evaluate_access
from cross_account_sandbox.functions.policy_document import saved_policy
from cross_account_sandbox.functions.store import Function


def decide(
    *,
    function: Function,
    qualifier: str | None,
    request: AccessRequest,
    identity: IdentityPolicies | None,
) -> AccessDecision:
    """Return AWS's decision on a call of a function.

    identity  the policies of the caller; None for a service

    For a service or a caller of another account, the function's policy must allow the call; in the same account, either
    the function's policy or the caller's is enough. A statement that names a role or user applies to the principal that
    had this name when the statement was added, not to a later one with the same name.
    """
    policy = function.policies.get(qualifier)
    return evaluate_access(
        request,
        resource_account=function.account,
        identity_policies=identity.policies if identity else None,
        resource_policy=saved_policy(policy) if policy else None,
        session_policies=identity.session_policies if identity else (),
        boundary=identity.boundary if identity else None,
    )
