"""IAM policy documents of the two halves, and their sizes. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Statement = dict[str, Any]
Document = dict[str, Any]

VERSION = "2012-10-17"
#: The service principal of API Gateway, in every partition.
#: Unconfirmed: that API Gateway's service principal is the same in aws-cn. Reason: the CDK says so, and a third party's
#: table says .com.cn.
API_GATEWAY = "apigateway.amazonaws.com"
LAMBDA = "lambda.amazonaws.com"
INVOKE = "lambda:InvokeFunction"

#: A function's resource policy can have 20 KB (Lambda developer guide, gettingstarted-limits).
FUNCTION_POLICY_BYTES = 20_480
#: The number of hexadecimal digits that the AWS provider adds to a `statement_id_prefix` (its source, `create.Name`).
GENERATED_DIGITS = 26
#: The inline policies of a role can have 10,240 characters in total, without white space (IAM quotas).
ROLE_POLICY_CHARACTERS = 10_240
#: The resource policy of a REST API can have 8,192 characters (API Gateway quotas).
API_POLICY_CHARACTERS = 8_192


def document(*statements: Mapping[str, Any]) -> Document:
    """A policy document with these statements."""
    return {"Version": VERSION, "Statement": [dict(statement) for statement in statements]}


def rendered(policy: Mapping[str, Any]) -> str:
    """The document as text without white space, whose length AWS counts."""
    return json.dumps(policy, separators=(",", ":"))


def trust(principal: Mapping[str, Any], *, conditions: Mapping[str, Any] | None = None) -> Document:
    """The trust policy of a role: who can assume it."""
    statement: Statement = {"Effect": "Allow", "Principal": dict(principal), "Action": "sts:AssumeRole"}
    if conditions:
        statement["Condition"] = dict(conditions)
    return document(statement)


def allow(actions: str | Sequence[str], resources: str | Sequence[str], sid: str | None = None) -> Statement:
    """One Allow statement of an identity policy."""
    statement: Statement = {"Sid": sid} if sid else {}
    return statement | {"Effect": "Allow", "Action": _listed(actions), "Resource": _listed(resources)}


def _listed(value: str | Sequence[str]) -> str | list[str]:
    return value if isinstance(value, str) else list(value)


def log_writer(log_group_arn: str) -> Statement:
    """The permissions for a function to write to its log group, which it cannot create."""
    return allow(["logs:CreateLogStream", "logs:PutLogEvents"], f"{log_group_arn}:*", "WriteOwnLogGroup")


def trace_writer() -> Statement:
    """The permissions for X-Ray's active tracing, which take no resource (service authorization reference, X-Ray)."""
    return allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*", "WriteTraces")


def network_interfaces() -> Statement:
    """The permissions for a function in a VPC: those of AWSLambdaVPCAccessExecutionRole without its log actions."""
    actions = (
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
    )
    return allow(actions, "*", "JoinVpc")


def gateway_logger() -> Statement:
    """The permissions of the managed policy AmazonAPIGatewayPushToCloudWatchLogs.

    `*`, because one role serves every API of the account and Region, and API Gateway tries the role when it is set.
    """
    actions = (
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:DescribeLogGroups",
        "logs:DescribeLogStreams",
        "logs:PutLogEvents",
        "logs:GetLogEvents",
        "logs:FilterLogEvents",
    )
    return allow(actions, "*", "PushLogs")


def invoke_statement(
    *, sid: str, principal: str, function: str, source_arn: str | None, source_account: str | None
) -> Statement:
    """The statement that AddPermission adds to a function's policy, as GetPolicy shows it.

    `principal` is a service's name or a role's ARN; `function` is the ARN with the qualifier.
    """
    kind = "AWS" if principal.startswith("arn:") else "Service"
    statement: Statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {kind: principal},
        "Action": INVOKE,
        "Resource": function,
    }
    condition: dict[str, dict[str, str]] = {}
    if source_account is not None:
        condition["StringEquals"] = {"AWS:SourceAccount": source_account}
    if source_arn is not None:
        condition["ArnLike"] = {"AWS:SourceArn": source_arn}
    return statement | ({"Condition": condition} if condition else {})


def statement_id(*content: str | None) -> str:
    """A statement ID that depends only on the content."""
    digest = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    return f"invoke-{digest[:16]}"


def statement_id_prefix(unique_id: str | None = None) -> str:
    """The prefix of the IDs of a program's statements, to which the provider adds unique digits.

    AWS stores a role principal by the role's unique ID, so a recreated role needs a new statement and another prefix.
    """
    return "invoke-" if unique_id is None else f"{statement_id(unique_id)}-"


def generated_statement_id(prefix: str) -> str:
    """A statement ID as long as the one that the provider generates from a prefix."""
    return prefix + "0" * GENERATED_DIGITS


def function_policy_bytes(statements: Iterable[Statement]) -> int:
    """The size in bytes of a function's policy with these statements."""
    return len(rendered({"Version": VERSION, "Id": "default", "Statement": list(statements)}).encode())


def source_ip_policy(addresses: Sequence[str]) -> Document:
    """A REST API's resource policy that allows only these addresses.

    The deny refuses all others: under AWS_IAM, an allow alone would only add to what identity policies allow.
    """
    everything = {"Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
    return document(
        {"Sid": "Invoke", "Effect": "Allow", **everything},
        {
            "Sid": "OtherAddresses",
            "Effect": "Deny",
            **everything,
            "Condition": {"NotIpAddress": {"aws:SourceIp": list(addresses)}},
        },
    )
