"""What can be known of the functions that routes name, before anything is created. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aws_rules import arns
from cross_account_api.accounts import Account
from cross_account_api.function.function import MAX_NAME, function_faults
from cross_account_api.function.targets import ExternalFunction, FunctionTarget, NewFunction, checked_arn


def repeated_names(targets: Sequence[FunctionTarget]) -> list[str]:
    """Two functions of one name would be one resource of Pulumi."""
    names = [target.name for target in targets]
    return [
        f"function {name!r}: two functions have this name; share one object between routes, or name them apart"
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]


def repeated_arns(targets: Sequence[FunctionTarget]) -> list[str]:
    """Two targets of one function share its policy, in which they would make the same statement twice."""
    named: dict[str, list[str]] = {}
    for target in targets:
        if not isinstance(target, NewFunction) and isinstance(target.arn, str):
            named.setdefault(target.arn, []).append(target.name)
    return [
        f"functions {' and '.join(map(repr, names))}: all have the ARN {arn}; share one object between what uses it"
        for arn, names in named.items()
        if len(names) > 1
    ]


def function_name_faults(component: str, targets: Sequence[FunctionTarget]) -> list[str]:
    """What AWS would refuse in the names of functions to be made and of their roles."""
    return [
        fault
        for target in targets
        if isinstance(target, NewFunction)
        for fault in function_faults(f"{component}-{target.name}", target.args)
    ]


def account_faults(api: Account, target: FunctionTarget) -> list[str]:
    """A function's account must be another one, in the same partition: IAM crosses no partition."""
    place = _place(target)
    if place is None:
        return []
    account, _ = place
    faults = []
    if account == api.id:
        faults.append(
            f"function {target.name!r}: its account {account} is the API's too; name another account's function"
        )
    fault = partition_fault(api, target)
    return faults + ([fault] if fault else [])


def partition_fault(api: Account, target: FunctionTarget) -> str | None:
    """A function in another partition than the API's, which no permission reaches."""
    place = _place(target)
    if place is None:
        return None
    if arns.partition_of_region(place[1]) == api.partition:
        if isinstance(target, NewFunction) or not isinstance(target.arn, str):
            return None
        other = arns.foreign_partition(target.arn, api.partition)
        return other and (
            f"function {target.name!r}: the ARN {target.arn} names partition {other}, its Region {place[1]} lies in "
            f"{api.partition}; copy the ARN from the function itself"
        )
    return (
        f"function {target.name!r}: Region {place[1]} lies in partition {arns.partition_of_region(place[1])}, "
        f"the API's Region {api.region} in {api.partition}; no permission crosses partitions"
    )


def timeout_warnings(waits: Iterable[tuple[FunctionTarget, str, int]], *, answer: str, fix: str) -> list[str]:
    """Functions that may run longer than API Gateway waits for them: the client gets `answer` while they still run.

    waits  each function with a route that it serves and the milliseconds that API Gateway waits there
    """
    slow: dict[tuple[str, int, int], list[str]] = {}
    for target, route, milliseconds in waits:
        if isinstance(target, NewFunction) and target.args.timeout * 1000 > milliseconds:
            slow.setdefault((target.name, target.args.timeout, milliseconds), []).append(route)
    return [
        f"function {name!r} may run for {seconds} s, and API Gateway waits {milliseconds / 1000:g} s for it on "
        f"{', '.join(routes)}: a longer run is answered {answer} while the function still runs; {fix}"
        for (name, seconds, milliseconds), routes in slow.items()
    ]


def _account_of(target: FunctionTarget) -> Account | None:
    if isinstance(target, NewFunction):
        return target.args.account
    return None if isinstance(target, ExternalFunction) else target.account


def _place(target: FunctionTarget) -> tuple[str, str] | None:
    """Account id and Region of a function, None where its ARN is not known yet."""
    account = _account_of(target)
    if not isinstance(target, NewFunction) and isinstance(target.arn, str):
        arn = checked_arn(target.name, target.arn, account)
        return arn.account, arn.region
    return None if account is None else (account.id, account.region)


def invoke_arn(component: str, api: Account, target: FunctionTarget) -> str:
    """What is invoked: the ARN, or one as long as it will have."""
    account, region = _place(target) or ("0" * 12, api.region)
    function, qualifier = _name_and_qualifier(component, target)
    return arns.function_arn(region=region, account=account, name=function, qualifier=qualifier)


def _name_and_qualifier(component: str, target: FunctionTarget) -> tuple[str, str | None]:
    """The function's name, or one as long as it will have."""
    if isinstance(target, NewFunction):
        automatic = f"{component}-{target.name}-{'0' * 7}"[:MAX_NAME]
        return target.args.function_name or automatic, target.args.alias
    if isinstance(target.arn, str):
        arn = arns.FunctionArn.parse(target.arn)
        return arn.name, arn.qualifier
    return "n" * MAX_NAME, "q" * 16
