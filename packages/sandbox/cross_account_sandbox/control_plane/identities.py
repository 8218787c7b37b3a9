"""A caller as the policy evaluator sees it: the principal, and the policies that limit it."""

from __future__ import annotations

from aws_rules.iam.evaluation import IdentityPolicies
from aws_rules.iam.request import Principal
from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.control_plane.roles import ADMINISTRATOR_POLICY, RoleDirectory


def principal(caller: Caller) -> Principal:
    """The principal of a caller; a session carries its role's ARN and unique id."""
    return Principal(
        kind="aws", arn=caller.arn, account=caller.account, role_arn=caller.role_arn, unique_id=caller.unique_id
    )


def identity_policies(roles: RoleDirectory, caller: Caller) -> IdentityPolicies:
    """The caller's policies as they are now; an administrator's allow everything."""
    if caller.administrator:
        return IdentityPolicies(policies=(ADMINISTRATOR_POLICY,), session_policies=caller.session_policies)
    holder = roles.by_arn(caller.role_arn or caller.arn)
    if holder is None:
        return IdentityPolicies(session_policies=caller.session_policies)
    return IdentityPolicies(
        policies=holder.policies, session_policies=caller.session_policies, boundary=holder.boundary
    )
