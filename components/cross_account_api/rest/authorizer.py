"""A Lambda authorizer whose function may live in another account and another Region than the API."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi

from aws_rules import arns, policies
from aws_rules.grants import Grant, service_statement
from cross_account_api.accounts import Account
from cross_account_api.automatic_names import ADDED
from cross_account_api.children import Children
from cross_account_api.function.invoke_permission import InvokePermission, service_permissions
from cross_account_api.function.targets import BoundFunction, FunctionTarget
from cross_account_api.rest.invoke_role import InvokeRole, invoke_role, role_name
from cross_account_api.rest.routes import Route

#: What stands for every authorizer of an API in a SourceArn. An authorizer of the document has no id in the state
#: (terraform-provider-aws#28145), so the statement cannot name it.
_GRANT = Grant(label="authorizers", tail="authorizers/*")
_IDENTITY = "method.request.header.Authorization"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LambdaAuthorizer:
    """An authorizer that routes name by `Route.authorizer`.

    name              of the security scheme, unique in the API
    function          the authorizer function; its Region is that of URI and SourceArn
    kind              `token`: gets one header's value; `request`: gets the request
    identity_sources  where the caller's identity is, and the key of the cache; one header for `token`. A request
                      without one of them gets 401 and never reaches the function
    token_pattern     regular expression that a token must match before the function is asked (`token` alone)
    cache_seconds     how long an answer is reused, 0 to 3,600; 0: never
    invocation        `permission`: API Gateway calls as itself; `role`: through a role of the API account
    """

    name: str
    function: FunctionTarget
    kind: Literal["token", "request"] = "token"
    identity_sources: Sequence[str] = (_IDENTITY,)
    token_pattern: str | None = None
    cache_seconds: int = 300
    invocation: Literal["permission", "role"] = "permission"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BoundAuthorizer:
    """An authorizer whose function is there or being made, with the role where it has one."""

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
    """What the functions' policies must hold: one statement for all authorizers that share a function, one a role."""
    direct = {id(each.function): each.function for each in authorizers if each.role is None}
    permissions = [
        permission
        for function in direct.values()
        for permission in service_permissions(function, [_GRANT], api_id=api_id, api_account=api_account)
    ]
    for each in authorizers:
        if each.role is not None:
            label = f"{each.function.label}-{_role_label(each.authorizer)}"
            permissions.append(dataclasses.replace(each.role.permission(each.function), label=label))
    return permissions


def _role_label(authorizer: LambdaAuthorizer) -> str:
    return f"{authorizer.name}-role"


def permission_labels(authorizers: Sequence[LambdaAuthorizer], function: FunctionTarget) -> list[str]:
    """What follows the function's name in those of the permissions that authorizers make for it. Pure."""
    own = [each for each in authorizers if each.function is function]
    direct = [_GRANT.label for each in own if each.invocation == "permission"]
    return direct[:1] + [_role_label(each) for each in own if each.invocation == "role"]


def authorizer_statements(
    name: str, authorizers: Sequence[LambdaAuthorizer], target: FunctionTarget, *, function: str, api: Account
) -> list[policies.Statement]:
    """What a function's policy holds for authorizers, as long as it will be; `function` is its ARN. Pure."""
    own = [each for each in authorizers if each.function is target]
    direct = [each for each in own if each.invocation == "permission"]
    statements = [service_statement(_GRANT, function=function, api_account=api.id) for _ in direct[:1]]
    for each in own:
        if each.invocation == "role":
            role = role_name(f"{name}-{each.name}") + "0" * ADDED
            principal = arns.role_arn(partition=api.partition, account=api.id, name=role)
            sid = policies.generated_statement_id(policies.statement_id_prefix(role))
            statements.append(
                policies.invoke_statement(
                    sid=sid, principal=principal, function=function, source_arn=None, source_account=None
                )
            )
    return statements


def bind_authorizer(
    name: str,
    authorizer: LambdaAuthorizer,
    function: BoundFunction,
    *,
    account: Account,
    children: Children,
    tags: Mapping[str, str],
) -> BoundAuthorizer:
    """The authorizer with its role, in the API account, where it is invoked through one."""
    role = None
    if authorizer.invocation == "role":
        role = invoke_role(f"{name}-{authorizer.name}", [function], account=account, children=children, tags=tags)
    return BoundAuthorizer(authorizer=authorizer, function=function, role=role)


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
    # A scheme must have a name and a request authorizer has none: "Unused" is the developer guide's own word.
    header = authorizer.identity_sources[0].rpartition(".")[2] if authorizer.kind == "token" else "Unused"
    return {
        "type": "apiKey",
        "name": header,
        "in": "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": details,
    }


def authorizer_faults(authorizers: Sequence[LambdaAuthorizer], routes: Sequence[Route]) -> list[str]:
    """What is wrong with these authorizers and the routes that name them. Pure."""
    names = [authorizer.name for authorizer in authorizers]
    faults = [f"authorizer {name!r}: given twice" for name in dict.fromkeys(names) if names.count(name) > 1]
    for authorizer in authorizers:
        told = f"authorizer {authorizer.name!r}"
        if not 0 <= authorizer.cache_seconds <= 3600:
            faults.append(f"{told}: cache_seconds {authorizer.cache_seconds} is not between 0 and 3,600")
        if authorizer.kind == "token" and len(authorizer.identity_sources) != 1:
            faults.append(f"{told}: a token authorizer has one identity source, not {len(authorizer.identity_sources)}")
        if authorizer.kind == "request" and not authorizer.identity_sources and authorizer.cache_seconds:
            faults.append(f"{told}: without identity sources nothing can be cached; give one, or cache_seconds=0")
        if authorizer.kind == "request" and authorizer.token_pattern is not None:
            faults.append(f"{told}: token_pattern is for token authorizers alone")
    faults += [
        f"route {route}: no authorizer {route.authorizer!r}; there are {', '.join(names) or 'none'}"
        for route in routes
        if route.authorizer is not None and route.authorizer not in names
    ]
    return faults
