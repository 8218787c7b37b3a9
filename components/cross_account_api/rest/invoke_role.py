"""Role mode: a role in the API account that API Gateway assumes to invoke the functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from aws_rules import policies
from cross_account_api.accounts import Account
from cross_account_api.children import Child, Children, Known
from cross_account_api.function.invoke_permission import InvokePermission
from cross_account_api.function.targets import BoundFunction
from cross_account_api.roles import RoleArgs, role_arn


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class InvokeRole:
    """The role for the integrations' `credentials`, which can invoke exactly these functions."""

    # Unconfirmed: that API Gateway can assume a new role at once; a few early calls may fail. Reason: IAM's guide says
    # that changes take time, API Gateway's does not say whether it tries again.
    role: aws.iam.Role
    args: RoleArgs
    account: Account
    policy: aws.iam.RolePolicy

    @property
    def arn(self) -> pulumi.Output[str]:
        """The role's ARN, known in a preview: an unknown ARN would make the API's whole document unknown."""
        return self.role.name.apply(lambda name: role_arn(self.account, self.args.named(name)))

    def permission(self, function: BoundFunction) -> InvokePermission:
        """The statement of the function's policy for this role: across accounts both sides must allow.

        It has no source: a role's call carries no aws:SourceArn, so a condition on it would never match.
        """
        return InvokePermission(
            label=f"{function.label}-role", function=function, principal=self.role.arn, unique_id=self.role.unique_id
        )


def invoke_role(
    name: str,
    functions: Sequence[BoundFunction],
    *,
    args: RoleArgs,
    account: Account,
    children: Children,
    tags: Mapping[str, str],
) -> InvokeRole:
    """A role in the API account (elsewhere: "Cross-account pass role is not allowed"), only for these functions.

    That API Gateway sends aws:SourceAccount when it assumes a role is not documented, hence IfExists.
    """
    trust = policies.trust(
        {"Service": policies.API_GATEWAY}, conditions={"StringEqualsIfExists": {"aws:SourceAccount": account.id}}
    )
    role = aws.iam.Role(
        role_name(name),
        assume_role_policy=policies.rendered(trust),
        description=f"API Gateway invokes the functions of {name} with it",
        permissions_boundary=args.permissions_boundary,
        path=args.path,
        force_detach_policies=True,
        tags=dict(tags),
        opts=children.options(account),
    )
    names = pulumi.Output.all(*(function.invoke_arn for function in functions))
    policy = aws.iam.RolePolicy(
        f"{name}-invoke-role-policy",
        # Named by its content: if the functions change, there are two policies until the stage no longer calls the old
        # functions.
        name=names.apply(lambda given: policies.statement_id(*sorted(set(given)))),
        role=role.name,
        policy=names.apply(lambda given: policies.rendered(invoke_policy(given))),
        opts=children.options(account),
    )
    return InvokeRole(role=role, args=args, account=account, policy=policy)


def role_name(name: str) -> str:
    """The resource name of the role of a component, or of one of its authorizers."""
    return f"{name}-invoke-role"


def invoke_role_children(prefix: str = "") -> Known:
    """The role and its policy; `prefix` is for the role of an authorizer."""
    return {
        f"{prefix}invoke-role": Child(aws.iam.Role),
        f"{prefix}invoke-role-policy": Child(aws.iam.RolePolicy),
    }


def invoke_policy(functions: Sequence[str]) -> policies.Document:
    """The identity policy of the role: it allows only invoking these function ARNs, with their qualifiers."""
    return policies.document(policies.allow(policies.INVOKE, sorted(set(functions)), "Invoke"))
