"""A function of another account that calls the API: it assumes a role of the API's account and signs its requests."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pulumi

from aws_rules import arns, policies
from cross_account_api.accounts import Account
from cross_account_api.automatic_names import MAX_ROLE_NAME
from cross_account_api.caller.caller_role import CallerRole, CallerRoleArgs
from cross_account_api.function.function import Function, FunctionArgs, check_function

_HASH_DIGITS = 8


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ConsumerArgs:
    """A consumer and what it may call.

    account        where the function is made
    api_account    where the role that it assumes is made
    api_url        base URL with the stage, as the API's output `url` gives it
    routes         the (method, path) pairs that it may call
    external_id    that the role asks for; None: none
    """

    account: Account
    api_account: Account
    api_url: pulumi.Input[str]
    api_execution_arn: pulumi.Input[str]
    stage_name: pulumi.Input[str]
    routes: Sequence[tuple[str, str]]
    code: str | Path | pulumi.Archive
    runtime: str = "python"
    external_id: pulumi.Input[str] | None = None
    timeout: int = 10
    tags: Mapping[str, str] = field(default_factory=dict)


class Consumer(pulumi.ComponentResource):
    """The function and its role in `args.account`; the role that it assumes in `args.api_account`.

    Each names the other: the function's role may assume just that role, and that role trusts just the function's. So
    the assumed role's name is set, from component, project, stack and the API's Region, and its ARN known before it is
    there. A name that IAM would find too long is cut, and ends in a hash of the whole.
    """

    def __init__(self, name: str, args: ConsumerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        role_name = _role_name(name, pulumi.get_project(), pulumi.get_stack(), args.api_account.region)
        role_arn = arns.role_arn(partition=args.api_account.partition, account=args.api_account.id, name=role_name)
        function = FunctionArgs(
            account=args.account,
            code=args.code,
            runtime=args.runtime,
            timeout=args.timeout,
            environment=_environment(args, role_arn),
            statements=[policies.allow("sts:AssumeRole", role_arn, "AssumeCallerRole")],
            tags=args.tags,
        )
        check_function(name, function)
        super().__init__("cross-account-api:index:Consumer", name, None, opts)
        self.function = Function(name, function, pulumi.ResourceOptions(parent=self))
        self.role = CallerRole(
            f"{name}-caller",
            CallerRoleArgs(
                api_account=args.api_account,
                api_execution_arn=args.api_execution_arn,
                stage_name=args.stage_name,
                routes=args.routes,
                trusted_role_arn=self.function.role_arn,
                external_id=args.external_id,
                role_name=role_name,
                tags=args.tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"functionArn": self.function.invoke_arn, "roleArn": self.role.arn})


def _role_name(*parts: str) -> str:
    """The parts, readable; the end of a cut name keeps apart what differs only there."""
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
