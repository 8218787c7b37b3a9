"""Checks of the functions that routes name, before anything is created. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from aws_rules import arns
from cross_account_api.accounts import Account
from cross_account_api.function.function import MAX_NAME, FunctionArgs, function_faults
from cross_account_api.function.targets import ExternalFunction, FunctionTarget, checked_arn

#: A reference to a function: what refers to it, and the function's name.
Reference = tuple[str, str]


def target_faults(
    component: str, functions: Mapping[str, FunctionTarget], references: Iterable[Reference]
) -> list[str]:
    """Unknown function names, functions that nothing uses, and names that AWS would refuse."""
    used = list(references)
    known = ", ".join(map(repr, functions)) or "none"
    faults = [
        f"{user}: no function {name!r} in functions; there are {known}" for user, name in used if name not in functions
    ]
    unused = functions.keys() - {name for _, name in used}
    faults += [
        f"function {name!r}: no route and no authorizer uses it; remove it, or use it"
        for name in functions
        if name in unused
    ]
    for name, target in functions.items():
        if isinstance(target, FunctionArgs):
            faults += function_faults(f"{component}-{name}", target)
    return faults + _repeated_arns(functions)


def _repeated_arns(functions: Mapping[str, FunctionTarget]) -> list[str]:
    """Two targets with the same function share its policy and would create the same statement twice."""
    named: dict[str, list[str]] = {}
    for name, target in functions.items():
        if not isinstance(target, FunctionArgs) and isinstance(target.arn, str):
            named.setdefault(target.arn, []).append(name)
    return [
        f"functions {' and '.join(map(repr, names))}: all have the ARN {arn}; use one name, which several routes can "
        "refer to"
        for arn, names in named.items()
        if len(names) > 1
    ]


def placement_faults(api: Account, functions: Mapping[str, FunctionTarget], routed: Collection[str]) -> list[str]:
    """Errors for functions of routes in the API's account, or in another partition, which IAM does not cross."""
    faults = []
    for name, target in functions.items():
        place = _place(name, target)
        if place is None:
            continue
        if name in routed and place[0] == api.id:
            faults.append(f"function {name!r}: it is in the API's account {api.id}; name a function in another account")
        if fault := _partition_fault(api, name, target, region=place[1]):
            faults.append(fault)
    return faults


def _partition_fault(api: Account, name: str, target: FunctionTarget, *, region: str) -> str | None:
    """The error for a function in another partition than the API, because permissions cannot cross partitions."""
    if arns.partition_of_region(region) == api.partition:
        if isinstance(target, FunctionArgs) or not isinstance(target.arn, str):
            return None
        other = arns.foreign_partition(target.arn, api.partition)
        return other and (
            f"function {name!r}: the ARN {target.arn} names partition {other}, and its Region {region} is in "
            f"{api.partition}; copy the ARN from the function itself"
        )
    return (
        f"function {name!r}: Region {region} is in partition {arns.partition_of_region(region)}, "
        f"the API's Region {api.region} in {api.partition}; permissions cannot cross partitions"
    )


def timeout_warnings(
    functions: Mapping[str, FunctionTarget], waits: Iterable[tuple[str, str, int]], *, answer: str, fix: str
) -> list[str]:
    """Functions whose timeout is longer than API Gateway waits: the client gets `answer` while they still run.

    waits  the name of each function, with a route that it serves and the milliseconds that API Gateway waits for that
           route
    """
    slow: dict[tuple[str, int, int], list[str]] = {}
    for name, route, milliseconds in waits:
        target = functions[name]
        if isinstance(target, FunctionArgs) and target.timeout * 1000 > milliseconds:
            slow.setdefault((name, target.timeout, milliseconds), []).append(route)
    return [
        f"function {name!r} may run for {seconds} s, and API Gateway waits {milliseconds / 1000:g} s for it on "
        f"{', '.join(routes)}: a longer run is answered {answer} while the function still runs; {fix}"
        for (name, seconds, milliseconds), routes in slow.items()
    ]


def _account_of(target: FunctionTarget) -> Account | None:
    return None if isinstance(target, ExternalFunction) else target.account


def _place(name: str, target: FunctionTarget) -> tuple[str, str] | None:
    """Account ID and Region of a function; None if its ARN is not known yet."""
    account = _account_of(target)
    if not isinstance(target, FunctionArgs) and isinstance(target.arn, str):
        arn = checked_arn(name, target.arn, account)
        return arn.account, arn.region
    return None if account is None else (account.id, account.region)


def invoke_arn(component: str, api: Account, name: str, target: FunctionTarget) -> str:
    """The ARN to be invoked, or one of the same length if it is not known yet."""
    account, region = _place(name, target) or ("0" * 12, api.region)
    function, qualifier = _name_and_qualifier(f"{component}-{name}", target)
    return arns.function_arn(region=region, account=account, name=function, qualifier=qualifier)


def _name_and_qualifier(resource: str, target: FunctionTarget) -> tuple[str, str | None]:
    """The function's name, or one of the same length if it is not known yet."""
    if isinstance(target, FunctionArgs):
        automatic = f"{resource}-{'0' * 7}"[:MAX_NAME]
        return target.function_name or automatic, target.alias
    if isinstance(target.arn, str):
        arn = arns.FunctionArn.parse(target.arn)
        return arn.name, arn.qualifier
    return "n" * MAX_NAME, "q" * 16
