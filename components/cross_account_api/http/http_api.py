"""An HTTP API in one account whose routes invoke functions in other accounts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

from aws_rules.grants import DEFAULT_STAGE, Grant, Scope, http_grants
from aws_rules.quotas import HTTP_INTEGRATION_MS
from cross_account_api.accounts import Account
from cross_account_api.children import Adjustments, Child, Children, Known, adjust_faults
from cross_account_api.errors import ArgumentError
from cross_account_api.function.invoke_permission import AUTHORIZERS, service_permissions, source_arn
from cross_account_api.function.permission_scope import scope_fault
from cross_account_api.function.target_checks import (
    invoke_arn,
    placement_faults,
    target_faults,
    timeout_warnings,
)
from cross_account_api.function.targets import ExternalFunction, FunctionTarget
from cross_account_api.http.cors import Cors, cors_configuration, cors_faults
from cross_account_api.http.http_authorizers import (
    HttpAuthorizer,
    RequestAuthorizer,
    http_authorizer_faults,
    http_authorizers,
)
from cross_account_api.http.http_routes import HttpRoute, authorization_type, route_faults, throttling_faults
from cross_account_api.lambda_api import LambdaApi
from cross_account_api.throttling import Throttling

#: Fields of an access log line (developer guide, http-api-logging-variables). `integrationError` names a refused
#: permission; the client sees only 500 {"message":"Internal Server Error"}.
ACCESS_LOG_FORMAT = json.dumps(
    {
        "requestId": "$context.requestId",
        "requestTime": "$context.requestTime",
        "ip": "$context.identity.sourceIp",
        "userAgent": "$context.identity.userAgent",
        "routeKey": "$context.routeKey",
        "path": "$context.path",
        "protocol": "$context.protocol",
        "status": "$context.status",
        "responseLength": "$context.responseLength",
        "responseLatency": "$context.responseLatency",
        "integrationRequestId": "$context.integration.requestId",
        "integrationStatus": "$context.integration.integrationStatus",
        "functionStatus": "$context.integration.status",
        "integrationLatency": "$context.integrationLatency",
        "integrationError": "$context.integrationErrorMessage",
        "authorizerError": "$context.authorizer.error",
        "error": "$context.error.message",
    },
    separators=(",", ":"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class HttpStageArgs:
    """The stage of an HTTP API.

    name                the first part of every path; `$default`: paths have no stage
    throttling          of each route that does not set its own
    log_retention_days  of the access log
    """

    name: str = DEFAULT_STAGE
    throttling: Throttling = field(default_factory=Throttling)
    log_retention_days: int = 30


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class HttpApiArgs:
    """An HTTP API and the functions that answer its routes.

    An HTTP API has no resource policy, so callers in another account assume a role in this account.

    account           the account in which API, routes, stage and access log are created
    functions         by name: `FunctionArgs` for one to be created, `ExistingFunction`, `ExternalFunction`
    authorizers       by name, which routes refer to
    permission_scope  what one statement of a function's policy covers
    payload_version   of the event that the functions receive
    cors              which web pages can call the API; None: no CORS
    tags              of all resources in the API account; functions have their own argument
    adjust            properties of children: `{"api": {"disable_execute_api_endpoint": True}}`
    """

    account: Account
    functions: Mapping[str, FunctionTarget]
    routes: Sequence[HttpRoute]
    authorizers: Mapping[str, HttpAuthorizer] = field(default_factory=dict)
    stage: HttpStageArgs = field(default_factory=HttpStageArgs)
    permission_scope: Scope = "method"
    payload_version: Literal["1.0", "2.0"] = "2.0"
    cors: Cors | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    adjust: Adjustments = field(default_factory=dict)


class HttpApi(LambdaApi):
    """API, integrations, routes, authorizers, stage and access log in `args.account`, permissions with the functions.

    There is one integration for each function, and one statement for each route. Raises ArgumentError before anything
    is created.
    """

    def __init__(self, name: str, args: HttpApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(name, args)
        super().__init__("cross-account-api:index:HttpApi", name, None, opts)
        waits = [(route.function, route.key, HTTP_INTEGRATION_MS) for route in args.routes]
        for text in timeout_warnings(args.functions, waits, answer="503", fix="lower the function's timeout"):
            pulumi.log.warn(text, self)
        children = Children(parent=self, component=name, known=children_of(args), adjust=args.adjust)
        self.functions = self._bind(name, args.functions)
        self.api = _api(name, args, children)
        self.permissions = [
            permission
            for label, function in self.functions.items()
            for permission in service_permissions(
                function, _grants(args, label, args.permission_scope), api_id=self.api.id, api_account=args.account.id
            )
        ]
        granted = self._grant(name, children)
        routes = self._routes(name, args, children)
        self.stage = _stage(name, args, children, self.api, depends_on=[*granted, *routes])
        first = self.functions[args.routes[0].function]
        grant = http_grants(args.permission_scope, args.stage.name, [args.routes[0].key])[0]
        self._conclude(
            account=args.account,
            api_id=self.api.id,
            stage_name=self.stage.name,
            stage_path="" if args.stage.name == DEFAULT_STAGE else f"/{args.stage.name}",
            function=first,
            source_arn=source_arn(first, grant, api_id=self.api.id, api_account=args.account.id),
        )

    def _routes(self, name: str, args: HttpApiArgs, children: Children) -> list[pulumi.Resource]:
        options = children.options(args.account)
        integrations = {
            label: aws.apigatewayv2.Integration(
                f"{name}-{label}-integration",
                api_id=self.api.id,
                integration_type="AWS_PROXY",
                integration_method="POST",
                # The Region in the URI is the function's, as for REST APIs.
                integration_uri=self.functions[label].uri,
                payload_format_version=args.payload_version,
                opts=options,
            )
            for label in _routed(args)
        }
        authorizers = http_authorizers(
            name, args.authorizers, self.functions, api_id=self.api.id, account=args.account, children=children
        )
        return [
            aws.apigatewayv2.Route(
                f"{name}-{route.key}",
                api_id=self.api.id,
                route_key=route.key,
                target=pulumi.Output.concat("integrations/", integrations[route.function].id),
                authorization_type=authorization_type(route, args.authorizers),
                authorizer_id=authorizers[route.authorizer].id if route.authorizer else None,
                authorization_scopes=list(route.scopes) or None,
                opts=options,
            )
            for route in args.routes
        ]


def children_of(args: HttpApiArgs) -> Known:
    """All children of the component itself; a function's children are adjusted in its own arguments. Pure."""
    known = {
        "api": Child(aws.apigatewayv2.Api),
        "stage": Child(aws.apigatewayv2.Stage),
        "access-logs": Child(aws.cloudwatch.LogGroup),
    }
    known |= {f"{name}-integration": Child(aws.apigatewayv2.Integration) for name in _routed(args)}
    known |= {f"{name}-authorizer": Child(aws.apigatewayv2.Authorizer) for name in args.authorizers}
    known |= {route.key: Child(aws.apigatewayv2.Route) for route in args.routes}
    for name, target in args.functions.items():
        if not isinstance(target, ExternalFunction):
            labels = [f"{name}-{grant.label}" for grant in _grants(args, name, args.permission_scope)]
            known |= {f"{label}-permission": Child(aws.lambda_.Permission, suffix=label) for label in labels}
    return known


def _api(name: str, args: HttpApiArgs, children: Children) -> aws.apigatewayv2.Api:
    return aws.apigatewayv2.Api(
        f"{name}-api",
        protocol_type="HTTP",
        cors_configuration=cors_configuration(args.cors) if args.cors else None,
        tags=dict(args.tags),
        opts=children.options(args.account),
    )


def _stage(
    name: str,
    args: HttpApiArgs,
    children: Children,
    api: aws.apigatewayv2.Api,
    *,
    depends_on: Sequence[pulumi.Resource],
) -> aws.apigatewayv2.Stage:
    """Redeploys automatically when a route changes; created last, so its first deployment includes all routes."""
    access_log = aws.cloudwatch.LogGroup(
        f"{name}-access-logs",
        retention_in_days=args.stage.log_retention_days,
        tags=dict(args.tags),
        opts=children.options(args.account),
    )
    throttling = args.stage.throttling
    return aws.apigatewayv2.Stage(
        f"{name}-stage",
        api_id=api.id,
        name=args.stage.name,
        auto_deploy=True,
        access_log_settings=aws.apigatewayv2.StageAccessLogSettingsArgs(
            destination_arn=access_log.arn, format=ACCESS_LOG_FORMAT
        ),
        default_route_settings=aws.apigatewayv2.StageDefaultRouteSettingsArgs(
            throttling_rate_limit=throttling.rate_limit, throttling_burst_limit=throttling.burst_limit
        ),
        route_settings=_route_settings(args.routes) or None,
        tags=dict(args.tags),
        opts=children.options(args.account, depends_on=[access_log, *depends_on]),
    )


def _route_settings(routes: Sequence[HttpRoute]) -> list[aws.apigatewayv2.StageRouteSettingArgs]:
    return [
        aws.apigatewayv2.StageRouteSettingArgs(
            route_key=route.key,
            throttling_rate_limit=route.throttling.rate_limit,
            throttling_burst_limit=route.throttling.burst_limit,
        )
        for route in routes
        if route.throttling is not None
    ]


def _routed(args: HttpApiArgs) -> list[str]:
    """The functions that answer routes."""
    return list(dict.fromkeys(route.function for route in args.routes))


def _deciders(args: HttpApiArgs) -> dict[str, str]:
    """The function of each authorizer that has a function."""
    return {name: each.function for name, each in args.authorizers.items() if isinstance(each, RequestAuthorizer)}


def _grants(args: HttpApiArgs, function: str, scope: Scope) -> list[Grant]:
    """The statements that allow API Gateway to invoke the function: for its routes, and for authorizers."""
    keys = [route.key for route in args.routes if route.function == function]
    decides = [AUTHORIZERS] if function in _deciders(args).values() else []
    return [*(http_grants(scope, args.stage.name, keys) if keys else []), *decides]


def _check(name: str, args: HttpApiArgs) -> None:
    """Raises ArgumentError with a line for each error."""
    references = [(f"route {route.key!r}", route.function) for route in args.routes]
    references += [(f"authorizer {label!r}", function) for label, function in _deciders(args).items()]
    faults = route_faults(args.routes, args.authorizers) + http_authorizer_faults(args.authorizers)
    faults += target_faults(name, args.functions, references)
    faults += throttling_faults(args.stage.throttling, args.routes)
    if args.cors is not None:
        faults += cors_faults(args.cors, args.routes)
    if not re.fullmatch(r"\$default|[A-Za-z0-9_-]{1,128}", args.stage.name):
        faults.append(f"stage.name {args.stage.name!r}: $default, or 1 to 128 letters, digits, - or _")
    faults += placement_faults(args.account, args.functions, _routed(args))
    if not faults:
        faults = [fault for label in args.functions if (fault := _size_fault(name, args, label))]
        faults += adjust_faults(children_of(args), args.adjust)
    if faults:
        raise ArgumentError(f"HttpApi {name!r} cannot be created:\n" + "\n".join(f"  {fault}" for fault in faults))


def _size_fault(name: str, args: HttpApiArgs, function: str) -> str | None:
    return scope_fault(
        function,
        args.permission_scope,
        lambda scope: _grants(args, function, scope),
        function=invoke_arn(name, args.account, function, args.functions[function]),
        api_account=args.account.id,
    )
