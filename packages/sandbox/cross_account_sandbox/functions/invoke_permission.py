"""May this caller do this to this function: the policy of the qualifier it names, and the caller's own policies.

Each version and alias has its own policy, and the function without a qualifier another: a statement on the
function does not admit a call of its alias (Lambda developer guide, "Resource-based policies"). `$LATEST` as a
qualifier has none: AWS adds no permission there.
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
    """AWS's decision on a call of a function.

    identity  the policies of the caller; None for a service, which has none

    The function's policy must allow a service, and a caller of another account; in the same account either the
    function's policy or the caller's is enough. A statement that names a role or user counts for the principal that
    had this name when the statement was added, not for a later one of the same name.
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
