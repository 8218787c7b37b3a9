"""A Lambda function behind an alias, in the function account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

from aws_rules import policies
from aws_rules.arns import is_alias_name
from aws_rules.runtimes import RUNTIMES, runtime_fault
from cross_account_api.accounts import Account
from cross_account_api.children import Adjustments, Child, Children, Known, adjust_faults
from cross_account_api.errors import ArgumentError
from cross_account_api.function.function_code import function_code
from cross_account_api.roles import ADDED, RoleArgs, role_args_faults, role_fault

#: The maximum length of a function name (CreateFunction); an automatic name adds a hyphen and 7 hex digits.
MAX_NAME = 64


@dataclass(frozen=True, kw_only=True, slots=True)
class VpcPlacement:
    """The subnets and security groups of a function with access to a VPC.

    They decide what the function can reach, not who can call it: API Gateway calls the Lambda service.
    """

    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_ids: Sequence[pulumi.Input[str]]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class FunctionArgs:
    """A function to be created.

    account               the account in which the function, its role and its log group are created
    code                  a folder with the source files, or an archive
    runtime, handler      `nodejs`, `python` or a full identifier; `module.function`
    alias                 name of the alias that callers use; None: the function without an alias
    function_name         None: automatic, `{component}-{7 hex}`
    memory_size           MB, 128 to 10,240
    timeout               seconds, 1 to 900
    environment           variables, stored in plain text: do not use them for secrets
    statements            identity policy statements that the function's code needs
    reserved_concurrency  maximum number of concurrent environments; None: no reserved concurrency; 0: the function is
                          switched off
    log_retention_days    a retention time that CloudWatch Logs accepts
    retain_logs           keep the log group when the stack is destroyed
    role                  of the function's execution role
    deletion_protection   Pulumi refuses to delete the function
    adjust                properties of children: `{"function": {"layers": […]}}`
    """

    account: Account
    code: str | Path | pulumi.Archive
    runtime: str = "nodejs"
    handler: str = "index.handler"
    alias: str | None = "live"
    function_name: str | None = None
    description: str | None = None
    memory_size: int = 256
    timeout: int = 10
    architecture: str = "arm64"
    tracing: bool = True
    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    statements: Sequence[pulumi.Input[Mapping[str, Any]]] = ()
    vpc: VpcPlacement | None = None
    reserved_concurrency: int | None = None
    log_retention_days: int = 30
    retain_logs: bool = False
    role: RoleArgs = field(default_factory=RoleArgs)
    deletion_protection: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    adjust: Adjustments = field(default_factory=dict)


class Function(pulumi.ComponentResource):
    """A function, its log group, its role and its alias, all in `args.account`.

    Each deployment that changes code or configuration publishes a version and moves the alias to it in one step; to
    roll back, move the alias back. Raises ArgumentError before anything is created.

    arn          of the function, without a qualifier
    invoke_arn   the ARN that callers invoke, with the alias if there is one
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    invoke_arn: pulumi.Output[str]
    qualifier: pulumi.Output[str] | None
    role_arn: pulumi.Output[str]
    role_name: pulumi.Output[str]
    log_group_name: pulumi.Output[str]

    def __init__(self, name: str, args: FunctionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        check_function(name, args)
        super().__init__("cross-account-api:index:Function", name, None, opts)
        self.account = args.account
        children = Children(parent=self, component=name, known=function_children(args), adjust=args.adjust)
        log_group = self._log_group(name, args, children)
        role, role_policy = self._role(name, args, children, log_group)
        function = self._function(name, args, children, role, log_group, role_policy)
        alias = self._alias(name, args, children, function)

        self.name = function.name
        # Computed from the name, which a preview knows: an unknown ARN would make the API's whole document unknown in a
        # preview.
        self.arn = args.account.function_arn(function.name)
        self.qualifier = alias.name if alias else None
        self.invoke_arn = self.arn
        if alias is not None:
            self.invoke_arn = pulumi.Output.all(self.arn, alias.name).apply(lambda parts: f"{parts[0]}:{parts[1]}")
        self.role_arn = role.arn
        self.role_name = role.name
        self.log_group_name = log_group.name
        self.register_outputs({"name": self.name, "arn": self.arn, "invokeArn": self.invoke_arn, "roleArn": role.arn})

    def _log_group(self, name: str, args: FunctionArgs, children: Children) -> aws.cloudwatch.LogGroup:
        """Created first: if a function runs before its log group exists, Lambda creates one without retention."""
        return aws.cloudwatch.LogGroup(
            f"{name}-logs",
            retention_in_days=args.log_retention_days,
            tags=dict(args.tags),
            opts=children.options(args.account, retain=args.retain_logs),
        )

    def _role(
        self, name: str, args: FunctionArgs, children: Children, log_group: aws.cloudwatch.LogGroup
    ) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
        role = aws.iam.Role(
            f"{name}-role",
            assume_role_policy=policies.rendered(policies.trust({"Service": policies.LAMBDA})),
            description=f"Execution role of the function {name}",
            permissions_boundary=args.role.permissions_boundary,
            path=args.role.path,
            # A policy that a killed run added to the role but did not record would block the role's deletion.
            force_detach_policies=True,
            tags=dict(args.tags),
            opts=children.options(args.account),
        )
        fixed = ([policies.trace_writer()] if args.tracing else []) + (
            [policies.network_interfaces()] if args.vpc else []
        )
        document = pulumi.Output.all(log_group.arn, *args.statements).apply(
            lambda parts: policies.rendered(policies.document(policies.log_writer(parts[0]), *fixed, *parts[1:]))
        )
        policy = aws.iam.RolePolicy(
            f"{name}-role-policy", role=role.name, policy=document, opts=children.options(args.account)
        )
        return role, policy

    def _function(
        self,
        name: str,
        args: FunctionArgs,
        children: Children,
        role: aws.iam.Role,
        log_group: aws.cloudwatch.LogGroup,
        role_policy: aws.iam.RolePolicy,
    ) -> aws.lambda_.Function:
        vpc = None
        if args.vpc is not None:
            vpc = aws.lambda_.FunctionVpcConfigArgs(
                subnet_ids=list(args.vpc.subnet_ids), security_group_ids=list(args.vpc.security_group_ids)
            )
        environment = (
            aws.lambda_.FunctionEnvironmentArgs(variables=dict(args.environment)) if args.environment else None
        )
        return aws.lambda_.Function(
            f"{name}",
            name=args.function_name,
            description=args.description,
            code=args.code if isinstance(args.code, pulumi.Archive) else function_code(args.code),
            runtime=RUNTIMES.get(args.runtime, args.runtime),
            handler=args.handler,
            role=role.arn,
            memory_size=args.memory_size,
            timeout=args.timeout,
            architectures=[args.architecture],
            tracing_config=aws.lambda_.FunctionTracingConfigArgs(mode="Active" if args.tracing else "PassThrough"),
            logging_config=aws.lambda_.FunctionLoggingConfigArgs(log_format="Text", log_group=log_group.name),
            environment=environment,
            vpc_config=vpc,
            reserved_concurrent_executions=args.reserved_concurrency,
            publish=True,
            tags=dict(args.tags),
            # The role's permissions come first: Lambda refuses tracing or a VPC that the role is not allowed to use.
            opts=children.options(args.account, depends_on=[role_policy], protect=args.deletion_protection),
        )

    def _alias(
        self, name: str, args: FunctionArgs, children: Children, function: aws.lambda_.Function
    ) -> aws.lambda_.Alias | None:
        if args.alias is None:
            return None
        return aws.lambda_.Alias(
            f"{name}-alias",
            name=args.alias,
            function_name=function.name,
            function_version=function.version,
            opts=children.options(args.account),
        )


def function_children(args: FunctionArgs) -> Known:
    """All children of a function's component. Pure."""
    decided = dict.fromkeys(("inline_policies", "managed_policy_arns", "policy"), "statements")
    known = {
        "function": Child(aws.lambda_.Function, suffix=""),
        "logs": Child(aws.cloudwatch.LogGroup),
        "role": Child(aws.iam.Role, decided={**decided, "assume_role_policy": "account"}),
        "role-policy": Child(aws.iam.RolePolicy, decided={**decided, "role": "account"}),
    }
    return known if args.alias is None else {**known, "alias": Child(aws.lambda_.Alias)}


def check_function(name: str, args: FunctionArgs) -> None:
    """Raises ArgumentError with a line for each error."""
    if faults := function_faults(name, args):
        raise ArgumentError("\n".join(faults))


def function_faults(name: str, args: FunctionArgs) -> list[str]:
    """Errors in this function's runtime, and in the automatic names of the function and its role. Pure."""
    mend = "shorten the component's or the function's name"
    faults = []
    if fault := runtime_fault(args.runtime):
        faults.append(f"Function {name!r}: {fault}")
    if args.function_name is None and len(name) > MAX_NAME - ADDED:
        faults.append(
            f"Function {name!r}: its automatic name would have {len(name) + ADDED} characters and Lambda takes "
            f"{MAX_NAME}: {mend}, or give function_name"
        )
    if args.alias is not None and not is_alias_name(args.alias):
        faults.append(
            f"Function {name!r}: alias={args.alias!r} must be 1 to 128 letters, digits, - or _, and not only digits; "
            "alias=None calls the function without an alias"
        )
    fault = role_fault(f"{name}-role", mend)
    others = [*([fault] if fault else []), *role_args_faults("role", args.role, args.account)]
    others += adjust_faults(function_children(args), args.adjust)
    return faults + [f"Function {name!r}: {each}" for each in others]
