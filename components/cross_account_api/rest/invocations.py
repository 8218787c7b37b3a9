"""Who invokes which function of a REST API, and which statements allow it; known before anything is created. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from aws_rules import policies
from aws_rules.grants import Grant, Scope, grants
from cross_account_api.accounts import Account
from cross_account_api.function.permission_scope import scope_fault
from cross_account_api.function.target_checks import (
    invoke_arn,
    placement_faults,
    target_faults,
)
from cross_account_api.function.targets import ExternalFunction, FunctionTarget
from cross_account_api.rest.authorizer import LambdaAuthorizer, authorizer_statements, permission_labels
from cross_account_api.rest.invoke_role import invoke_policy
from cross_account_api.rest.invoke_role import role_name as invoke_role_name
from cross_account_api.rest.routes import Route
from cross_account_api.roles import RoleArgs, role_fault


@dataclass(frozen=True, kw_only=True, slots=True)
class PermissionArgs:
    """How API Gateway can invoke the functions of routes.

    invocation   `permission`: API Gateway calls as itself; `role`: through a role of the API account
    scope        what one statement of a function's policy covers
    test_invoke  also allow the console's Test button
    """

    invocation: Literal["permission", "role"] = "permission"
    scope: Scope = "method"
    test_invoke: bool = False


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Invocations:
    """The functions of an API and what invokes them; see `CrossAccountApiArgs`."""

    component: str
    account: Account
    functions: Mapping[str, FunctionTarget]
    routes: Sequence[Route]
    authorizers: Mapping[str, LambdaAuthorizer]
    permission: PermissionArgs
    stage_name: str
    role: RoleArgs

    @property
    def routed(self) -> list[str]:
        """The functions that answer routes."""
        return list(dict.fromkeys(route.function for route in self.routes))

    def grants(self, function: str, scope: Scope | None = None) -> list[Grant]:
        """The statements that allow API Gateway itself to invoke the function for its routes."""
        own = [(route.method, route.path) for route in self.routes if route.function == function]
        if not own:
            return []
        test_invoke = self.permission.test_invoke
        return grants(scope or self.permission.scope, self.stage_name, own, test_invoke=test_invoke)

    def permission_names(self) -> dict[str, list[str]]:
        """The name of every permission, with the functions that would have it, including other owners' functions."""
        names: dict[str, list[str]] = {}
        for function in self.functions:
            for label in [*self._labels(function), *permission_labels(self.authorizers, function)]:
                names.setdefault(f"{function}-{label}", []).append(function)
        return names

    def created_permissions(self) -> list[str]:
        """The permissions that this program creates: those of functions in accounts with a provider."""
        return [
            name
            for name, functions in self.permission_names().items()
            if not isinstance(self.functions[functions[0]], ExternalFunction)
        ]

    def roles(self) -> list[str]:
        """The resource names of the roles that invoke functions."""
        own = [self.component] if self.permission.invocation == "role" else []
        own += [f"{self.component}-{name}" for name, each in self.authorizers.items() if each.invocation == "role"]
        return [invoke_role_name(name) for name in own]

    def invoke_arns(self) -> dict[str, str]:
        """The invoked ARN by function, or one of the same length if it is not known yet."""
        return {name: self._invoke_arn(name) for name in self.functions}

    def faults(self) -> list[str]:
        """Errors in functions and in references to them."""
        references = [(f"route {route}", route.function) for route in self.routes]
        references += [(f"authorizer {name!r}", each.function) for name, each in self.authorizers.items()]
        faults = target_faults(self.component, self.functions, references)
        faults += placement_faults(self.account, self.functions, self.routed)
        fix = "shorten the component's name, or the authorizer's"
        return faults + [fault for role in self.roles() if (fault := role_fault(role, fix))]

    def statement_faults(self) -> list[str]:
        """Statements with the same name, or that do not fit. Only for arguments without other errors."""
        return self._repeated_permissions() + self._size_faults()

    def _labels(self, function: str) -> list[str]:
        given = list(dict.fromkeys(grant.label for grant in self.grants(function)))
        return ["role"] if given and self.permission.invocation == "role" else given

    def _repeated_permissions(self) -> list[str]:
        """The statement of `x` for the Test button and the statement of `x-test` would have the same name."""
        return [
            f"functions {' and '.join(map(repr, functions))}: each would have a permission named {permission!r}; "
            "rename one"
            for permission, functions in self.permission_names().items()
            if len(functions) > 1
        ]

    def _size_faults(self) -> list[str]:
        if self.permission.invocation == "permission":
            return [fault for function in self.routed if (fault := self._scope_fault(function))]
        count = len(self.routed)
        needed = len(policies.rendered(invoke_policy([self._invoke_arn(name) for name in self.routed])))
        if 2 * needed <= policies.ROLE_POLICY_CHARACTERS:
            return []
        return [
            (
                f"invocation role: the role's policy for {count} functions takes {needed:,} characters; a role's "
                f"inline policies hold {policies.ROLE_POLICY_CHARACTERS:,}, and a replacement needs room for "
                "the old and the new one. Invocation by permission has no such limit: "
                "pulumi config set invocation permission"
            )
        ]

    def _scope_fault(self, name: str) -> str | None:
        function = self._invoke_arn(name)
        others = authorizer_statements(
            self.component, self.authorizers, name, function=function, api=self.account, role=self.role
        )
        return scope_fault(
            name,
            self.permission.scope,
            lambda scope: self.grants(name, scope),
            function=function,
            api_account=self.account.id,
            others=others,
        )

    def _invoke_arn(self, name: str) -> str:
        return invoke_arn(self.component, self.account, name, self.functions[name])
