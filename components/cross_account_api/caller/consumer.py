"""A function of another account that calls the API: it assumes a role of the API's account and signs its requests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pulumi

from aws_rules import policies
from cross_account_api.accounts import Account
from cross_account_api.caller.caller_role import CallerRole, CallerRoleArgs, check_caller_role
from cross_account_api.children import Adjustments
from cross_account_api.function.function import Function, FunctionArgs, check_function
from cross_account_api.roles import MAX_ROLE_NAME, RoleArgs, role_arn

_HASH_DIGITS = 8


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ConsumerArgs:
    """A consumer and what it can call.

    function       the function; API_URL, API_REGION, ROLE_ARN and EXTERNAL_ID are added to its environment
    api_account    the account in which the role that it assumes is created
    api_url        base URL with the stage, such as the API's output `url`
    routes         the (method, path) pairs that it can call
    external_id    that the role requires; None: none
    role           permissions boundary and path of the role that it assumes
    tags           of the role that it assumes
    adjust         properties of the children of the role that it assumes, see `CallerRoleArgs.adjust`
    """

    function: FunctionArgs
    api_account: Account
    api_url: pulumi.Input[str]
    api_execution_arn: pulumi.Input[str]
    stage_name: pulumi.Input[str]
    routes: Sequence[tuple[str, str]]
    external_id: pulumi.Input[str] | None = None
    role: RoleArgs = field(default_factory=RoleArgs)
    tags: Mapping[str, str] = field(default_factory=dict)
    adjust: Adjustments = field(default_factory=dict)


class Consumer(pulumi.ComponentResource):
    """The function and its role in `args.function.account`; the role that it assumes in `args.api_account`.

    Each role names the other: the function's role can assume only that role, and that role trusts only the function's
    role. So the component sets the assumed role's name, from component, project, stack and the API's Region, and its
    ARN is known before the role exists. A name that is too long for IAM is cut and ends in a hash of the full name.
    """

    def __init__(self, name: str, args: ConsumerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        role_name = _role_name(name, pulumi.get_project(), pulumi.get_stack(), args.api_account.region)
        arn = role_arn(args.api_account, args.role.named(role_name))
        function = replace(
            args.function,
            environment={**args.function.environment, **_environment(args, arn)},
            statements=[*args.function.statements, policies.allow("sts:AssumeRole", arn, "AssumeCallerRole")],
        )
        caller = CallerRoleArgs(
            api_account=args.api_account,
            api_execution_arn=args.api_execution_arn,
            stage_name=args.stage_name,
            routes=args.routes,
            trusted_role_arn=pulumi.Output.from_input(""),  # The function's role, once it exists.
            external_id=args.external_id,
            role_name=role_name,
            role=args.role,
            tags=args.tags,
            adjust=args.adjust,
        )
        check_function(name, function)
        check_caller_role(f"{name}-caller", caller)
        super().__init__("cross-account-api:index:Consumer", name, None, opts)
        self.function = Function(name, function, pulumi.ResourceOptions(parent=self))
        self.role = CallerRole(
            f"{name}-caller",
            replace(caller, trusted_role_arn=self.function.role_arn),
            pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"functionArn": self.function.invoke_arn, "roleArn": self.role.arn})


def _role_name(*parts: str) -> str:
    """The parts, readable; the hash at the end of a cut name keeps apart names that differ only in the rest."""
    whole = "-".join(parts)
    if len(whole) <= MAX_ROLE_NAME:
        return whole
    tail = hashlib.sha256(whole.encode()).hexdigest()[:_HASH_DIGITS]
    return f"{whole[: MAX_ROLE_NAME - _HASH_DIGITS - 1]}-{tail}"


def _environment(args: ConsumerArgs, role_arn: str) -> dict[str, pulumi.Input[str]]:
    environment: dict[str, pulumi.Input[str]] = {
        "API_URL": args.api_url,
        "API_REGION": args.api_account.region,
        "ROLE_ARN": role_arn,
    }
    if args.external_id is not None:
        environment["EXTERNAL_ID"] = args.external_id
    return environment
