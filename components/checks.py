"""What can be known to be wrong with a cross-account API before anything is created."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from components import arns, policies
from components.accounts import Account
from components.authorizer import authorizer_faults
from components.errors import ArgumentError
from components.function import MAX_NAME
from components.invoke_role import invoke_policy
from components.permission_scope import scope_fault
from components.routes import Route, route_faults
from components.targets import ExternalFunction, FunctionTarget, NewFunction, checked_arn

if TYPE_CHECKING:
    from components.cross_account_api import CrossAccountApiArgs


def check(name: str, args: CrossAccountApiArgs) -> None:
    """Raises ArgumentError with a line for each fault."""
    targets = list(dict.fromkeys(route.function for route in args.routes))
    faults = route_faults([(route.method, route.path) for route in args.routes], args.document)
    faults += authorizer_faults(args.authorizers, args.routes)
    guards = [authorizer.function for authorizer in args.authorizers]
    faults += _repeated_names(list(dict.fromkeys([*targets, *guards])))
    faults += [fault for target in guards if (fault := _partition_fault(args.api_account, target))]
    if isinstance(args.resource_policy, Mapping) and (fault := _policy_fault(args.resource_policy)):
        faults.append(fault)
    if args.endpoint_type == "PRIVATE" and args.resource_policy is None:
        faults.append(
            "endpointType PRIVATE: a private API answers nobody without a resource policy; give resource_policy, "
            "for instance resource_policies.vpc_endpoints_policy(...)"
        )
    if args.endpoint_type == "EDGE" and args.api_account.partition != "aws":
        faults.append(f"endpointType EDGE: partition {args.api_account.partition} has no edge endpoints; use REGIONAL")
    for target in targets:
        faults += _account_faults(args.api_account, target)
    if not faults:
        faults = _size_faults(name, args, targets)
    if faults:
        raise ArgumentError(f"CrossAccountApi {name!r} cannot be made:\n" + "\n".join(f"  {fault}" for fault in faults))


def _policy_fault(policy: Mapping[str, Any]) -> str | None:
    length = len(policies.rendered(policy))
    if length <= policies.API_POLICY_CHARACTERS:
        return None
    return (
        f"resource_policy: {length:,} characters, and API Gateway takes {policies.API_POLICY_CHARACTERS:,}: "
        "name accounts or networks instead of single callers, or put wildcards into paths"
    )


def _repeated_names(targets: Sequence[FunctionTarget]) -> list[str]:
    names = [target.name for target in targets]
    return [
        f"function {name!r}: two functions have this name; share one object between routes, or name them apart"
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]


def _account_faults(api: Account, target: FunctionTarget) -> list[str]:
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
    fault = _partition_fault(api, target)
    return faults + ([fault] if fault else [])


def _partition_fault(api: Account, target: FunctionTarget) -> str | None:
    place = _place(target)
    if place is None or arns.partition_of_region(place[1]) == api.partition:
        return None
    return (
        f"function {target.name!r}: Region {place[1]} lies in partition {arns.partition_of_region(place[1])}, "
        f"the API's Region {api.region} in {api.partition}; no permission crosses partitions"
    )


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


def _size_faults(name: str, args: CrossAccountApiArgs, targets: Sequence[FunctionTarget]) -> list[str]:
    if args.invocation == "permission":
        return [fault for target in targets if (fault := _scope_fault(name, args, target))]
    needed = len(policies.rendered(invoke_policy([_invoke_arn(name, args, target) for target in targets])))
    if 2 * needed <= policies.ROLE_POLICY_CHARACTERS:
        return []
    fault = (
        f"invocation role: the role's policy for {len(targets)} functions takes {needed:,} characters; a role's inline "
        f"policies hold {policies.ROLE_POLICY_CHARACTERS:,}, and a replacement needs room for the old and the new one. "
        "invocation permission has no such limit: pulumi config set invocation permission"
    )
    return [fault]


def _scope_fault(name: str, args: CrossAccountApiArgs, target: FunctionTarget) -> str | None:
    function = _invoke_arn(name, args, target)
    return scope_fault(
        target.name,
        args.permission_scope,
        args.stage_name,
        _routes_of(args.routes, target),
        function=function,
        region=arns.FunctionArn.parse(function).region,
        api_account=args.api_account.id,
        test_invoke=args.test_invoke,
    )


def _invoke_arn(name: str, args: CrossAccountApiArgs, target: FunctionTarget) -> str:
    """What is invoked: the ARN, or one as long as it will have."""
    account, region = _place(target) or ("0" * 12, args.api_account.region)
    function, qualifier = _name_and_qualifier(name, target)
    return arns.function_arn(region=region, account=account, name=function, qualifier=qualifier)


def _name_and_qualifier(name: str, target: FunctionTarget) -> tuple[str, str | None]:
    """The function's name, or one as long as it will have."""
    if isinstance(target, NewFunction):
        automatic = f"{name}-{target.name}-{'0' * 7}"[:MAX_NAME]
        return target.args.function_name or automatic, target.args.alias
    if isinstance(target.arn, str):
        arn = arns.FunctionArn.parse(target.arn)
        return arn.name, arn.qualifier
    return "n" * MAX_NAME, "q" * 16


def _routes_of(routes: Sequence[Route], target: FunctionTarget) -> list[tuple[str, str]]:
    return [(route.method, route.path) for route in routes if route.function is target]
