"""How much of an API one statement of a function's policy covers, and whether the statements fit. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from aws_rules import arns, policies

Scope = Literal["method", "stage", "api"]
SCOPES: tuple[Scope, ...] = ("method", "stage", "api")
#: An API id has ten characters; before the API is there, any ten tell how long its ARNs will be.
_API_ID = "a1b2c3d4e5"


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """One statement to be: `label` is unique in its function, `tail` is what follows the API's id in its SourceArn."""

    label: str
    tail: str


def grants(scope: Scope, stage: str, routes: Sequence[tuple[str, str]], *, test_invoke: bool) -> list[Grant]:
    """The statements that let API Gateway invoke one function for these (method, path) pairs.

    `test_invoke` adds those for the console's Test button, which calls as stage `test-invoke-stage`; scope `api`
    covers it already.
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
    """The bytes of a function's policy of these statements and others; `function` is the ARN with the qualifier."""
    statements = [service_statement(grant, function=function, api_account=api_account) for grant in given]
    return policies.function_policy_bytes([*statements, *others])


def service_statement(grant: Grant, *, function: str, api_account: str) -> policies.Statement:
    """A statement for API Gateway itself, as long as it will be; `function` is the ARN with the qualifier."""
    region = arns.FunctionArn.parse(function).region
    return policies.invoke_statement(
        sid=policies.statement_id(grant.tail),
        principal=policies.API_GATEWAY,
        function=function,
        source_arn=arns.source_arn(function_region=region, api_account=api_account, api_id=_API_ID, tail=grant.tail),
        source_account=api_account,
    )


def fits(bytes_of_statements: int) -> bool:
    """Whether old and new statements fit together while the one set replaces the other (20,480 bytes)."""
    return 2 * bytes_of_statements <= policies.FUNCTION_POLICY_BYTES


def scope_fault(
    label: str,
    scope: Scope,
    grants_in: Callable[[Scope], Sequence[Grant]],
    *,
    function: str,
    api_account: str,
    others: Sequence[policies.Statement] = (),
) -> str | None:
    """Why this scope's statements do not fit into the function's policy, and which scope's do; None when they fit.

    `grants_in` gives the statements in a scope; `function` is the ARN with the qualifier; `others` are statements
    that the same policy holds in any scope: those of authorizers.
    """
    sizes: dict[Scope, tuple[int, int]] = {}
    for each in SCOPES[SCOPES.index(scope) :]:
        given = grants_in(each)
        sizes[each] = len(given), size(given, function=function, api_account=api_account, others=others)
    count, needed = sizes[scope]
    if fits(needed):
        return None
    taken = len(policies.rendered({"Statement": list(others)})) if others else 0
    beside = f" beside {taken:,} bytes for authorizers" if others else ""
    fitting = next((each for each, (_, needs) in sizes.items() if fits(needs)), SCOPES[-1])
    room = policies.FUNCTION_POLICY_BYTES // 2
    most = max(0, room - taken) * count // (needed - taken)
    return (
        f"function {label!r}: permissionScope {scope} makes {count} statements of {needed - taken:,} bytes together"
        f"{beside}; at most {most} of this length fit. A function's policy holds {policies.FUNCTION_POLICY_BYTES:,} "
        f"bytes, and while a replacement runs the old and the new ones. permissionScope {fitting} fits "
        f"with {sizes[fitting][0]}: pulumi config set permissionScope {fitting}"
    )
