"""Permissions granted in advance to the APIs of an account, by the stack that owns the function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi

from aws_rules import arns
from aws_rules.grants import Grant
from cross_account_api.children import Children
from cross_account_api.errors import ArgumentError
from cross_account_api.function.invoke_permission import service_permissions
from cross_account_api.function.target_checks import target_faults
from cross_account_api.function.targets import ExistingFunction, bind
from cross_account_api.rest.routes import Route, pairs, wildcard_faults

#: An API that does not exist yet has no ID, so the statement names its account.
_ANY_API = "*"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PreauthorizationArgs:
    """Who will be allowed, as far as it is known before the API exists.

    functions       functions of this stack by name (`ExistingFunction` with its `invoke_arn`)
    api_account_id  account of the APIs, 12 digits
    routes          the routes for which an API can use these functions
    stage_name      the only stage that can; None: any stage
    """

    # Unconfirmed: that API Gateway imports a document whose function does not exist yet. Reason: AWS documents that it
    # keeps the URI, not that it leaves the function alone.
    functions: Mapping[str, ExistingFunction]
    api_account_id: str
    routes: Sequence[Route]
    stage_name: str | None = None


class Preauthorization(pulumi.ComponentResource):
    """Statements in the function's policy that allow any API of one account to invoke it for these routes.

    They are wider than the statement that an API's own stack creates: every API of that account can use the function
    for such a route. Source account and source ARN both name the account, so no other account can. The API's stack
    names the function as `ExternalFunction`. Raises ArgumentError for an invalid account ID, for missing routes or
    wildcards in them, and for unknown names.
    """

    def __init__(self, name: str, args: PreauthorizationArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(name, args)
        super().__init__("cross-account-api:index:Preauthorization", name, None, opts)
        children = Children(parent=self, component=name, known={})
        any_api = pulumi.Output.from_input(_ANY_API)
        self.permissions = []
        for function, target in args.functions.items():
            own = [
                Grant(
                    label=f"{route.method}{route.path}",
                    tail=arns.method_tail(stage=args.stage_name or "*", method=route.method, path=route.path),
                )
                for route in args.routes
                if route.function == function
            ]
            bound = bind(function, target, component=name, parent=self)
            self.permissions += service_permissions(bound, own, api_id=any_api, api_account=args.api_account_id)
        for permission in self.permissions:
            permission.create(f"{name}-{permission.label}", children)
        self.register_outputs({})


def _check(name: str, args: PreauthorizationArgs) -> None:
    faults = []
    if not arns.is_account_id(args.api_account_id):
        faults.append(f"api_account_id {args.api_account_id!r} is not an account ID: exactly 12 digits, as text")
    if not args.routes:
        faults.append("routes: without a route, nothing is allowed; name at least one (method, path)")
    faults += target_faults(name, args.functions, [(f"route {route}", route.function) for route in args.routes])
    faults += wildcard_faults(pairs(args.routes))
    if faults:
        raise ArgumentError(
            f"Preauthorization {name!r} cannot be created:\n" + "\n".join(f"  {fault}" for fault in faults)
        )
