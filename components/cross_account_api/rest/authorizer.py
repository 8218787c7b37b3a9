"""A Lambda authorizer whose function can be in another account and Region than the API."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi

from aws_rules import policies
from aws_rules.grants import service_statement
from cross_account_api.accounts import Account
from cross_account_api.children import Children
from cross_account_api.function.invoke_permission import AUTHORIZERS, InvokePermission, service_permissions
from cross_account_api.function.targets import BoundFunction
from cross_account_api.rest.invoke_role import InvokeRole, invoke_role, role_name
from cross_account_api.rest.routes import Route
from cross_account_api.roles import ADDED, RoleArgs, role_arn

_IDENTITY = "method.request.header.Authorization"


@dataclass(frozen=True, kw_only=True, slots=True)
class LambdaAuthorizer:
    """An authorizer, which routes refer to by `Route.authorizer`; the security scheme has the same name.

    function          name in `functions` of the authorizer function, whose Region is in the URI and the SourceArn
    kind              `token`: receives the value of one header; `request`: receives the request
    identity_sources  where the caller's identity is found, and the cache key; one header for `token`. If one is
                      missing, the client gets 401 and the function is not called
    token_pattern     regular expression that a token must match before the function is called (only for `token`)
    cache_seconds     how long a result is cached, 0 to 3,600; 0: not cached
    invocation        `permission`: API Gateway calls as itself; `role`: through a role of the API account
    """

    # Unconfirmed: that an API can call an authorizer function in another Region if either is an opt-in Region. Reason:
    # no AWS page says it.
    function: str
    kind: Literal["token", "request"] = "token"
    identity_sources: Sequence[str] = (_IDENTITY,)
    token_pattern: str | None = None
    cache_seconds: int = 300
    invocation: Literal["permission", "role"] = "permission"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BoundAuthorizer:
    """An authorizer whose function exists or is being created, with its role if it has one."""

    name: str
    authorizer: LambdaAuthorizer
    function: BoundFunction
    role: InvokeRole | None

    @property
    def scheme(self) -> pulumi.Output[dict[str, Any]]:
        """Its security scheme in the document."""
        return pulumi.Output.all(self.function.uri, self.role.arn if self.role else None).apply(
            lambda parts: security_scheme(self.authorizer, parts[0], parts[1])
        )


def authorizer_permissions(
    authorizers: Sequence[BoundAuthorizer], *, api_id: pulumi.Output[str], api_account: str
) -> list[InvokePermission]:
    """The statements that the functions' policies need: one per function for its authorizers, and one per role."""
    direct = {each.function.label: each.function for each in authorizers if each.role is None}
    permissions = [
        permission
        for function in direct.values()
        for permission in service_permissions(function, [AUTHORIZERS], api_id=api_id, api_account=api_account)
    ]
    for each in authorizers:
        if each.role is not None:
            label = f"{each.function.label}-{_role_label(each.name)}"
            permissions.append(dataclasses.replace(each.role.permission(each.function), label=label))
    return permissions


def _role_label(authorizer: str) -> str:
    return f"{authorizer}-role"


def permission_labels(authorizers: Mapping[str, LambdaAuthorizer], function: str) -> list[str]:
    """The suffixes of the names of the permissions that authorizers add for a function. Pure."""
    own = {name: each for name, each in authorizers.items() if each.function == function}
    direct = [AUTHORIZERS.label for each in own.values() if each.invocation == "permission"]
    return direct[:1] + [_role_label(name) for name, each in own.items() if each.invocation == "role"]


def authorizer_statements(
    component: str,
    authorizers: Mapping[str, LambdaAuthorizer],
    name: str,
    *,
    function: str,
    api: Account,
    role: RoleArgs,
) -> list[policies.Statement]:
    """The statements for authorizers in the policy of the named function, at their final length.

    Pure. `function` is its ARN.
    """
    own = {label: each for label, each in authorizers.items() if each.function == name}
    direct = [each for each in own.values() if each.invocation == "permission"]
    statements = [service_statement(AUTHORIZERS, function=function, api_account=api.id) for _ in direct[:1]]
    for label, each in own.items():
        if each.invocation == "role":
            automatic = role_name(f"{component}-{label}") + "0" * ADDED
            principal = role_arn(api, role.named(automatic))
            sid = policies.generated_statement_id(policies.statement_id_prefix(automatic))
            statements.append(
                policies.invoke_statement(
                    sid=sid, principal=principal, function=function, source_arn=None, source_account=None
                )
            )
    return statements


def bind_authorizer(
    component: str,
    name: str,
    authorizer: LambdaAuthorizer,
    function: BoundFunction,
    *,
    args: RoleArgs,
    account: Account,
    children: Children,
    tags: Mapping[str, str],
) -> BoundAuthorizer:
    """The authorizer, with its role in the API account if it is invoked through a role."""
    role = None
    if authorizer.invocation == "role":
        role = invoke_role(f"{component}-{name}", [function], args=args, account=account, children=children, tags=tags)
    return BoundAuthorizer(name=name, authorizer=authorizer, function=function, role=role)


def security_scheme(authorizer: LambdaAuthorizer, uri: str, credentials: str | None) -> dict[str, Any]:
    """The OpenAPI security scheme of an authorizer (developer guide, swagger-extensions-authorizer). Pure."""
    details: dict[str, Any] = {
        "type": authorizer.kind,
        "authorizerUri": uri,
        "authorizerResultTtlInSeconds": authorizer.cache_seconds,
        "identitySource": ",".join(authorizer.identity_sources),
    }
    if credentials is not None:
        details["authorizerCredentials"] = credentials
    if authorizer.token_pattern is not None:
        details["identityValidationExpression"] = authorizer.token_pattern
    # A scheme must have a name, but a request authorizer has none. The developer guide uses "Unused".
    header = authorizer.identity_sources[0].rpartition(".")[2] if authorizer.kind == "token" else "Unused"
    return {
        "type": "apiKey",
        "name": header,
        "in": "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": details,
    }


def authorizer_faults(authorizers: Mapping[str, LambdaAuthorizer], routes: Sequence[Route]) -> list[str]:
    """Errors in these authorizers and in the routes that refer to them. Pure."""
    faults = []
    for name, authorizer in authorizers.items():
        told = f"authorizer {name!r}"
        if not 0 <= authorizer.cache_seconds <= 3600:
            faults.append(f"{told}: cache_seconds {authorizer.cache_seconds} is not between 0 and 3,600")
        if authorizer.kind == "token" and len(authorizer.identity_sources) != 1:
            faults.append(f"{told}: a token authorizer has one identity source, not {len(authorizer.identity_sources)}")
        if authorizer.kind == "request" and not authorizer.identity_sources and authorizer.cache_seconds:
            faults.append(
                f"{told}: results cannot be cached without identity sources; give one, or set cache_seconds=0"
            )
        if authorizer.kind == "request" and authorizer.token_pattern is not None:
            faults.append(f"{told}: token_pattern is only for token authorizers")
    faults += [
        f"route {route}: no authorizer {route.authorizer!r}; there are {', '.join(authorizers) or 'none'}"
        for route in routes
        if route.authorizer is not None and route.authorizer not in authorizers
    ]
    return faults
