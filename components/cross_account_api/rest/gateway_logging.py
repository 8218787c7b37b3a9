"""API Gateway's logs: log groups with a retention time, and the role by which it writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

from aws_rules import policies
from cross_account_api.accounts import Account
from cross_account_api.children import Child, Children, Known
from cross_account_api.roles import RoleArgs

Level = Literal["ERROR", "INFO", "OFF"]

#: Fields of an access log line (developer guide, api-gateway-variables-for-access-logging). `integrationStatus` is the
#: Lambda service's response, `functionStatus` the function's; `error` names a refused permission.
ACCESS_LOG_FIELDS = {
    "requestId": "$context.requestId",
    "extendedRequestId": "$context.extendedRequestId",
    "requestTime": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "caller": "$context.identity.userArn",
    "userAgent": "$context.identity.userAgent",
    "httpMethod": "$context.httpMethod",
    "resourcePath": "$context.resourcePath",
    "path": "$context.path",
    "protocol": "$context.protocol",
    "status": "$context.status",
    "responseLength": "$context.responseLength",
    "responseLatency": "$context.responseLatency",
    "integrationRequestId": "$context.integration.requestId",
    "integrationStatus": "$context.integration.integrationStatus",
    "functionStatus": "$context.integration.status",
    "integrationLatency": "$context.integration.latency",
    "integrationError": "$context.integration.error",
    "error": "$context.error.message",
    "errorType": "$context.error.responseType",
    "traceId": "$context.xrayTraceId",
}
ACCESS_LOG_FORMAT = json.dumps(ACCESS_LOG_FIELDS, separators=(",", ":"))


@dataclass(frozen=True, kw_only=True, slots=True)
class GatewayLoggingArgs:
    """The logs of an API's stage.

    gateway_logging     `existing`: account and Region already have API Gateway's CloudWatch role; `managed`: this
                        component creates it (in only one stack per account and Region); `off`: nothing is logged
    log_level           of the execution log
    log_retention_days  a retention time that CloudWatch Logs accepts
    retain_logs         keep the log groups when the stack is destroyed
    check_source        `managed`: the role trusts API Gateway only if aws:SourceAccount is absent or this account
    """

    # Unconfirmed: that API Gateway sends aws:SourceAccount when it assumes a role, so `check_source` may check nothing.
    # Reason: no AWS page says it.

    gateway_logging: Literal["existing", "managed", "off"] = "existing"
    log_level: Level = "ERROR"
    log_retention_days: int = 30
    retain_logs: bool = False
    check_source: bool = False


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class GatewayLogging:
    """What the stage must wait for and write to. `access_log` is None if nothing is logged."""

    level: Level = "OFF"
    access_log: aws.cloudwatch.LogGroup | None = None
    dependencies: tuple[pulumi.Resource, ...] = field(default=())


def gateway_logging(
    name: str,
    args: GatewayLoggingArgs,
    *,
    account: Account,
    children: Children,
    api: aws.apigateway.RestApi,
    stage_name: str,
    role: RoleArgs,
    tags: Mapping[str, str],
) -> GatewayLogging:
    """The log groups of a stage, in the API account, and with `managed` the account's CloudWatch role.

    The execution log's group has a fixed name. If it is missing, API Gateway creates it, without a retention time, and
    never deletes it. So it is created here, before the stage.
    """
    if args.gateway_logging == "off":
        return GatewayLogging()
    options = children.options(account, retain=args.retain_logs)
    access_log = aws.cloudwatch.LogGroup(
        f"{name}-access-logs", retention_in_days=args.log_retention_days, tags=dict(tags), opts=options
    )
    dependencies: list[pulumi.Resource] = [access_log]
    if args.log_level != "OFF":
        execution_log = aws.cloudwatch.LogGroup(
            f"{name}-execution-logs",
            name=pulumi.Output.concat("API-Gateway-Execution-Logs_", api.id, "/", stage_name),
            retention_in_days=args.log_retention_days,
            tags=dict(tags),
            opts=children.options(account, retain=args.retain_logs),
        )
        dependencies.append(execution_log)
    if args.gateway_logging == "managed":
        dependencies.append(_account_role(name, account, role, children, tags, check_source=args.check_source))
    return GatewayLogging(level=args.log_level, access_log=access_log, dependencies=tuple(dependencies))


def role_name(name: str) -> str:
    """The resource name of the account's CloudWatch role, if it is created here."""
    return f"{name}-logging-role"


def logging_children(args: GatewayLoggingArgs) -> Known:
    """The resources for the logs, depending on the arguments."""
    known: dict[str, Child] = {}
    if args.gateway_logging == "off":
        return known
    known["access-logs"] = Child(aws.cloudwatch.LogGroup)
    if args.log_level != "OFF":
        named = {"name": "stage.name", "name_prefix": "stage.name"}
        known["execution-logs"] = Child(aws.cloudwatch.LogGroup, decided=named)
    if args.gateway_logging == "managed":
        decided = dict.fromkeys(
            ("assume_role_policy", "inline_policies", "managed_policy_arns", "policy", "role"),
            "logging.gateway_logging",
        )
        known["logging-role"] = Child(aws.iam.Role, decided=decided)
        known["logging-role-policy"] = Child(aws.iam.RolePolicy, decided=decided)
        known["logging-account"] = Child(aws.apigateway.Account)
    return known


def _account_role(
    name: str, account: Account, args: RoleArgs, children: Children, tags: Mapping[str, str], *, check_source: bool
) -> aws.apigateway.Account:
    conditions = {"StringEqualsIfExists": {"aws:SourceAccount": account.id}} if check_source else None
    role = aws.iam.Role(
        role_name(name),
        assume_role_policy=policies.rendered(policies.trust({"Service": policies.API_GATEWAY}, conditions=conditions)),
        description="Lets API Gateway write the logs of every API of this account and Region",
        permissions_boundary=args.permissions_boundary,
        path=args.path,
        force_detach_policies=True,
        tags=dict(tags),
        opts=children.options(account),
    )
    policy = aws.iam.RolePolicy(
        f"{name}-logging-role-policy",
        role=role.name,
        policy=policies.rendered(policies.document(policies.gateway_logger())),
        opts=children.options(account),
    )
    return aws.apigateway.Account(
        f"{name}-logging-account",
        cloudwatch_role_arn=role.arn,
        opts=children.options(account, depends_on=[policy]),
    )
