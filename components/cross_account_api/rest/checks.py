"""What can be known to be wrong with a cross-account API before anything is created."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aws_rules import arns, policies
from aws_rules.grants import grants
from aws_rules.quotas import REST_INTEGRATION_MS, longest_integration_ms
from cross_account_api.automatic_names import role_fault
from cross_account_api.errors import ArgumentError
from cross_account_api.function.permission_scope import scope_fault
from cross_account_api.function.target_checks import (
    account_faults,
    function_name_faults,
    invoke_arn,
    partition_fault,
    repeated_arns,
    repeated_names,
    timeout_warnings,
)
from cross_account_api.function.targets import FunctionTarget
from cross_account_api.rest import guards, openapi
from cross_account_api.rest.api_document import deployable, requested_guards
from cross_account_api.rest.authorizer import authorizer_faults, authorizer_statements, permission_labels
from cross_account_api.rest.cross_account_api_args import CrossAccountApiArgs
from cross_account_api.rest.document_checks import document_faults, paths_of, resource_fault, size_fault
from cross_account_api.rest.gateway_logging import role_name as logging_role_name
from cross_account_api.rest.invoke_role import invoke_policy
from cross_account_api.rest.invoke_role import role_name as invoke_role_name
from cross_account_api.rest.routes import Route, route_faults, timeout_faults


def check(name: str, args: CrossAccountApiArgs) -> None:
    """Raises ArgumentError with a line for each fault."""
    targets = list(dict.fromkeys(route.function for route in args.routes))
    faults = route_faults(_pairs(args), args.document)
    faults += _quota_faults(args) + _document_faults(args)
    faults += authorizer_faults(args.authorizers, args.routes)
    if args.document is not None:
        names = [authorizer.name for authorizer in args.authorizers]
        faults += guards.guard_faults(args.document, requested_guards(args, args.document), names)
    deciders = [authorizer.function for authorizer in args.authorizers]
    functions = list(dict.fromkeys([*targets, *deciders]))
    faults += repeated_names(functions) + repeated_arns(functions)
    faults += function_name_faults(name, functions) + _role_faults(name, args)
    faults += [fault for target in deciders if (fault := partition_fault(args.api_account, target))]
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
        faults += account_faults(args.api_account, target)
    if not faults:
        faults = _repeated_permissions(args, functions) + _size_faults(name, args, targets) + _whole_size(name, args)
    if faults:
        raise ArgumentError(f"CrossAccountApi {name!r} cannot be made:\n" + "\n".join(f"  {fault}" for fault in faults))


def slow_functions(args: CrossAccountApiArgs) -> list[str]:
    """A warning for each function that may run longer than its routes wait."""
    waits = [(route.function, str(route), route.timeout_ms or REST_INTEGRATION_MS) for route in args.routes]
    return timeout_warnings(waits, answer="504", fix="lower the function's timeout, or raise the route's timeout_ms")


def _quota_faults(args: CrossAccountApiArgs) -> list[str]:
    quota = args.integration_timeout_quota_ms
    if quota < REST_INTEGRATION_MS:
        fault = (
            f"integration_timeout_quota_ms {quota}: the quota is {REST_INTEGRATION_MS:,} milliseconds unless it was "
            "raised; give the raised one in milliseconds, or leave it out"
        )
        return [fault]
    faults = timeout_faults(args.routes, longest_integration_ms(args.endpoint_type, quota))
    paths = [path for _, path in _pairs(args)] if args.document is None else paths_of(args.document)
    fault_of_paths = resource_fault(paths, args.resources_quota)
    return faults + ([fault_of_paths] if fault_of_paths else [])


def _document_faults(args: CrossAccountApiArgs) -> list[str]:
    if args.document is None:
        return []
    return document_faults(
        args.document,
        _pairs(args),
        partition=args.api_account.partition,
        longest_ms=longest_integration_ms(args.endpoint_type, args.integration_timeout_quota_ms),
        unserved=args.unserved,
        rename_schemas=args.rename_schemas,
    )


def _pairs(args: CrossAccountApiArgs) -> list[tuple[str, str]]:
    return [(route.method, route.path) for route in args.routes]


def _whole_size(name: str, args: CrossAccountApiArgs) -> list[str]:
    """The document with everything that functions add to it, as long as it will be."""
    if args.document is None:
        return []
    api = args.api_account
    routes = [
        openapi.LambdaRoute(
            method=route.method,
            path=route.path,
            uri=arns.invoke_uri_in(api.region, invoke_arn(name, api, route.function)),
            timeout_ms=route.timeout_ms,
        )
        for route in args.routes
    ]
    document = openapi.with_lambda_routes(deployable(args.document, args), routes)
    fault = size_fault(guards.with_guards(document, requested_guards(args, document)))
    return [fault] if fault else []


def _policy_fault(policy: Mapping[str, Any]) -> str | None:
    length = len(policies.rendered(policy))
    if length <= policies.API_POLICY_CHARACTERS:
        return None
    return (
        f"resource_policy: {length:,} characters, and API Gateway takes {policies.API_POLICY_CHARACTERS:,}: "
        "name accounts or networks instead of single callers, or put wildcards into paths"
    )


def _repeated_permissions(args: CrossAccountApiArgs, functions: Sequence[FunctionTarget]) -> list[str]:
    """`x` with a statement for the Test button and `x-test` would have two resources of one name."""
    owners: dict[str, list[str]] = {}
    for target in functions:
        for label in [*_labels(args, target), *permission_labels(args.authorizers, target)]:
            owners.setdefault(f"{target.name}-{label}", []).append(target.name)
    return [
        f"functions {' and '.join(map(repr, names))}: each would have a permission named {permission!r}; rename one"
        for permission, names in owners.items()
        if len(names) > 1
    ]


def _labels(args: CrossAccountApiArgs, target: FunctionTarget) -> list[str]:
    routes = _routes_of(args.routes, target)
    if not routes:
        return []
    if args.invocation == "role":
        return ["role"]
    given = grants(args.permission_scope, args.stage_name, routes, test_invoke=args.test_invoke)
    return list(dict.fromkeys(grant.label for grant in given))


def _role_faults(name: str, args: CrossAccountApiArgs) -> list[str]:
    roles = [invoke_role_name(name)] if args.invocation == "role" else []
    roles += [invoke_role_name(f"{name}-{each.name}") for each in args.authorizers if each.invocation == "role"]
    if args.logging.gateway_logging == "managed":
        roles.append(logging_role_name(name))
    mend = "shorten the component's name, or the authorizer's"
    return [fault for role in roles if (fault := role_fault(role, mend))]


def _size_faults(name: str, args: CrossAccountApiArgs, targets: Sequence[FunctionTarget]) -> list[str]:
    if args.invocation == "permission":
        return [fault for target in targets if (fault := _scope_fault(name, args, target))]
    needed = len(policies.rendered(invoke_policy([invoke_arn(name, args.api_account, target) for target in targets])))
    if 2 * needed <= policies.ROLE_POLICY_CHARACTERS:
        return []
    fault = (
        f"invocation role: the role's policy for {len(targets)} functions takes {needed:,} characters; a role's inline "
        f"policies hold {policies.ROLE_POLICY_CHARACTERS:,}, and a replacement needs room for the old and the new one. "
        "invocation permission has no such limit: pulumi config set invocation permission"
    )
    return [fault]


def _scope_fault(name: str, args: CrossAccountApiArgs, target: FunctionTarget) -> str | None:
    routes = _routes_of(args.routes, target)
    function = invoke_arn(name, args.api_account, target)
    return scope_fault(
        target.name,
        args.permission_scope,
        lambda scope: grants(scope, args.stage_name, routes, test_invoke=args.test_invoke),
        function=function,
        api_account=args.api_account.id,
        others=authorizer_statements(name, args.authorizers, target, function=function, api=args.api_account),
    )


def _routes_of(routes: Sequence[Route], target: FunctionTarget) -> list[tuple[str, str]]:
    return [(route.method, route.path) for route in routes if route.function is target]
