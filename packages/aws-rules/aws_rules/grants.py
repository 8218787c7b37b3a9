"""The statements that allow API Gateway to invoke a function: what each covers, and how many bytes they need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from aws_rules import arns, policies

Scope = Literal["method", "stage", "api"]
SCOPES: tuple[Scope, ...] = ("method", "stage", "api")
#: The route of an HTTP API for requests that match no other route.
DEFAULT_ROUTE = "$default"
#: The stage of an HTTP API whose URL has no stage in its path.
DEFAULT_STAGE = "$default"
#: An API ID has ten characters; before the API exists, any ten give the length of its ARNs.
_API_ID = "a1b2c3d4e5"


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """A statement to be created: `label` is unique in its function, `tail` ends its SourceArn."""

    label: str
    tail: str


def grants(scope: Scope, stage: str, routes: Sequence[tuple[str, str]], *, test_invoke: bool) -> list[Grant]:
    """The statements that allow API Gateway to invoke one function for these (method, path) pairs.

    `test_invoke` adds statements for the console's Test button, which calls as stage `test-invoke-stage`; scope `api`
    already covers it.
    """
    if scope == "api":
        return [Grant(label="api", tail="*")]
    stages = [("", stage), *([("test-", arns.TEST_INVOKE_STAGE)] if test_invoke else [])]
    if scope == "stage":
        return [Grant(label=f"{prefix}stage", tail=f"{name}/*") for prefix, name in stages]
    return [
        Grant(label=f"{prefix}{method}{path}", tail=arns.method_tail(stage=name, method=method, path=path))
        for prefix, name in stages
        for method, path in routes
    ]


def size(given: Sequence[Grant], *, function: str, api_account: str, others: Sequence[policies.Statement] = ()) -> int:
    """The bytes of a function's policy with these statements and others; `function` is the qualified ARN."""
    statements = [service_statement(grant, function=function, api_account=api_account) for grant in given]
    return policies.function_policy_bytes([*statements, *others])


def service_statement(grant: Grant, *, function: str, api_account: str) -> policies.Statement:
    """A statement for API Gateway itself, at its final length; `function` is the ARN with the qualifier."""
    region = arns.FunctionArn.parse(function).region
    return policies.invoke_statement(
        sid=policies.generated_statement_id(policies.statement_id_prefix()),
        principal=policies.API_GATEWAY,
        function=function,
        source_arn=arns.source_arn(function_region=region, api_account=api_account, api_id=_API_ID, tail=grant.tail),
        source_account=api_account,
    )


def fits(bytes_of_statements: int) -> bool:
    """True if the old and the new statements fit together during a replacement (20,480 bytes)."""
    return 2 * bytes_of_statements <= policies.FUNCTION_POLICY_BYTES


def http_grants(scope: Scope, stage: str, keys: Sequence[str]) -> list[Grant]:
    """The statements that allow API Gateway to invoke one function for these route keys."""
    if scope == "api":
        return [Grant(label="api", tail="*")]
    if scope == "stage":
        return [Grant(label="stage", tail=f"{_stage_in_arn(stage)}/*")]
    return [Grant(label=key.replace(" ", ""), tail=route_tail(stage, key)) for key in keys]


def route_tail(stage: str, key: str) -> str:
    """The part after the API's ID in the SourceArn of a route key. Pure.

    `$default` is `/*/$default` (developer guide, arn-format-reference). The stage `$default` becomes `*`, as the
    console and the CDK write it. Path variables become `*`.
    """
    # Unconfirmed: whether the literal stage `$default` would match in a SourceArn; it is written `*`. Reason: console
    # and CDK never write it.
    place = _stage_in_arn(stage)
    if key == DEFAULT_ROUTE:
        return f"{place}/{DEFAULT_ROUTE}"
    method, _, path = key.partition(" ")
    return arns.method_tail(stage=place, method=method, path=path)


def _stage_in_arn(stage: str) -> str:
    return "*" if stage == DEFAULT_STAGE else stage
