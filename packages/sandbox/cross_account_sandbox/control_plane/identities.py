"""A caller as the policy evaluator sees it: the principal and its policies."""

from __future__ import annotations

from collections.abc import Mapping

from aws_rules.iam.evaluation import IdentityPolicies
from aws_rules.iam.request import ContextValue, Principal
from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.control_plane.organizations import membership
from cross_account_sandbox.control_plane.roles import ADMINISTRATOR_POLICY, RoleDirectory, RoleView


def principal(roles: RoleDirectory, caller: Caller) -> Principal:
    """The principal of a caller; a session has its role's ARN, unique ID and tags, and its own tags."""
    holder = roles.by_arn(caller.role_arn or caller.arn)
    return Principal(
        kind="aws",
        arn=caller.arn,
        account=caller.account,
        role_arn=caller.role_arn,
        unique_id=caller.unique_id,
        attributes=attributes(caller.account, {**(holder.tags if holder else {}), **caller.session_tags}),
    )


def service_session(role: RoleView, session: str) -> Principal:
    """The session of an AWS service with a role that was passed to it."""
    return Principal.of_role(
        role.arn, session=session, unique_id=role.unique_id, attributes=attributes(role.account, role.tags)
    )


def attributes(account: str, tags: Mapping[str, str]) -> dict[str, ContextValue]:
    """The condition keys of a principal's tags and of its account's organization.

    Source: IAM user guide, "AWS global condition context keys", aws:PrincipalTag, aws:PrincipalOrgID and
    aws:PrincipalOrgPaths: an account that is not in an organization lacks the last two.
    """
    keys: dict[str, ContextValue] = {f"aws:PrincipalTag/{key}": value for key, value in tags.items()}
    member = membership(account)
    if member is not None:
        keys |= {"aws:PrincipalOrgID": member.organization, "aws:PrincipalOrgPaths": [member.path]}
    return keys


def identity_policies(roles: RoleDirectory, caller: Caller) -> IdentityPolicies:
    """The caller's current policies; an administrator's policies allow everything."""
    if caller.administrator:
        return IdentityPolicies(policies=(ADMINISTRATOR_POLICY,), session_policies=caller.session_policies)
    holder = roles.by_arn(caller.role_arn or caller.arn)
    if holder is None:
        return IdentityPolicies(session_policies=caller.session_policies)
    return IdentityPolicies(
        policies=holder.policies, session_policies=caller.session_policies, boundary=holder.boundary
    )
