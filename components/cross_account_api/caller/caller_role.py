"""The reverse direction: a role of the API's account that a role of another account assumes to call the API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from aws_rules import arns, policies
from cross_account_api.accounts import Account
from cross_account_api.children import Adjustments, Child, Children, Known, adjust_faults
from cross_account_api.errors import ArgumentError
from cross_account_api.rest.routes import wildcard_faults
from cross_account_api.roles import MAX_ROLE_NAME, RoleArgs, role_args_faults, role_fault

#: The permission to call an API whose methods require AWS_IAM.
CALL = "execute-api:Invoke"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CallerRoleArgs:
    """Who can assume the role, and what the role can call.

    api_account        the account in which the role is created
    api_execution_arn  of the API, without a stage
    stage_name         the stage that it can call; `$default` for an HTTP API without a stage in its path
    routes             the only (method, path) pairs that it can call; ANY and path variables become `*`
    trusted_role_arn   the only role that can assume it; not its account's root, which would let that account choose
    external_id        that the caller must send when it assumes the role; None: no external ID is required
    role_name          None: automatic. A given name must be unique in the account, so include stack and Region
    role               permissions boundary and path
    adjust             properties of children: `{"role": {"max_session_duration": 7200}}`
    """

    api_account: Account
    api_execution_arn: pulumi.Input[str]
    stage_name: pulumi.Input[str]
    routes: Sequence[tuple[str, str]]
    trusted_role_arn: pulumi.Input[str]
    external_id: pulumi.Input[str] | None = None
    role_name: str | None = None
    role: RoleArgs = field(default_factory=RoleArgs)
    tags: Mapping[str, str] = field(default_factory=dict)
    adjust: Adjustments = field(default_factory=dict)


_DECIDED = {
    "assume_role_policy": "trusted_role_arn, or external_id",
    **dict.fromkeys(("inline_policies", "managed_policy_arns", "policy"), "routes"),
    "name": "role_name",
    "name_prefix": "role_name",
    "role": "role_name",
}
CALLER_ROLE_CHILDREN: Known = {
    "role": Child(aws.iam.Role, decided=_DECIDED),
    "role-policy": Child(aws.iam.RolePolicy, decided=_DECIDED),
}


class CallerRole(pulumi.ComponentResource):
    """The role and its policy, in `args.api_account`.

    Raises ArgumentError if there is no route to call, and for a name that IAM refuses. The trust policy names a role by
    its ARN, which IAM replaces with the role's unique ID when it saves the policy. So a caller that is recreated with
    the same name is not trusted until this role is updated (IAM user guide, "AWS JSON policy elements: Principal").
    """

    arn: pulumi.Output[str]
    name: pulumi.Output[str]

    def __init__(self, name: str, args: CallerRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        check_caller_role(name, args)
        super().__init__("cross-account-api:index:CallerRole", name, None, opts)
        children = Children(parent=self, component=name, known=CALLER_ROLE_CHILDREN, adjust=args.adjust)
        role = aws.iam.Role(
            f"{name}-role",
            name=args.role_name,
            description="Calls exactly the routes of its policy",
            assume_role_policy=pulumi.Output.all(args.trusted_role_arn, args.external_id).apply(
                lambda parts: policies.rendered(_trust(*parts))
            ),
            permissions_boundary=args.role.permissions_boundary,
            path=args.role.path,
            force_detach_policies=True,
            tags=dict(args.tags),
            opts=children.options(args.api_account),
        )
        policy = aws.iam.RolePolicy(
            f"{name}-role-policy",
            role=role.name,
            policy=pulumi.Output.all(args.api_execution_arn, args.stage_name).apply(
                lambda parts: policies.rendered(call_policy(parts[0], parts[1], args.routes))
            ),
            opts=children.options(args.api_account),
        )
        self.policy = policy
        self.arn = role.arn
        self.name = role.name
        self.register_outputs({"arn": self.arn, "name": self.name})


def check_caller_role(name: str, args: CallerRoleArgs) -> None:
    """Raises ArgumentError with a line for each fault."""
    if not args.routes:
        raise ArgumentError(f"CallerRole {name!r}: routes is empty; list each (method, path) that the caller can call")
    faults = wildcard_faults(args.routes)
    if args.role_name is None:
        fault = role_fault(f"{name}-role", "shorten the component's name, or give role_name")
        faults += [fault] if fault else []
    elif len(args.role_name) > MAX_ROLE_NAME:
        faults.append(f"role_name {args.role_name!r}: {len(args.role_name)} characters, and IAM takes {MAX_ROLE_NAME}")
    if isinstance(args.trusted_role_arn, str):
        other = arns.foreign_partition(args.trusted_role_arn, args.api_account.partition)
        if other is not None:
            faults.append(
                f"trusted_role_arn {args.trusted_role_arn}: is in partition {other}, and the API's account is in "
                f"{args.api_account.partition}; a trust policy cannot cross partitions, so name a role in that "
                "partition"
            )
    faults += role_args_faults("role", args.role, args.api_account)
    faults += adjust_faults(CALLER_ROLE_CHILDREN, args.adjust)
    if faults:
        raise ArgumentError(f"CallerRole {name!r} cannot be created:\n" + "\n".join(f"  {fault}" for fault in faults))


def call_policy(api_execution_arn: str, stage_name: str, routes: Sequence[tuple[str, str]]) -> policies.Document:
    """The identity policy of a caller: it allows only these methods of this stage.

    Pure. The resource is the API's ARN, with the API's Region (developer guide, api-gateway-control-access-using-iam).
    """
    tails = dict.fromkeys(arns.method_tail(stage=stage_name, method=method, path=path) for method, path in routes)
    return policies.document(policies.allow(CALL, [f"{api_execution_arn}/{tail}" for tail in tails], "CallRoutes"))


def _trust(role_arn: str, external_id: str | None) -> policies.Document:
    conditions = {"StringEquals": {"sts:ExternalId": external_id}} if external_id is not None else None
    return policies.trust({"AWS": role_arn}, conditions=conditions)
