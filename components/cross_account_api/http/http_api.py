"""An HTTP API in one account whose routes are answered by functions of other accounts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

from aws_rules.grants import DEFAULT_STAGE, Scope, http_grants
from aws_rules.quotas import HTTP_INTEGRATION_MS
from cross_account_api.accounts import Account
from cross_account_api.children import Children
from cross_account_api.errors import ArgumentError
from cross_account_api.function.invoke_permission import InvokePermission, commands, service_permissions
from cross_account_api.function.permission_scope import scope_fault
from cross_account_api.function.target_checks import (
    account_faults,
    function_name_faults,
    invoke_arn,
    repeated_arns,
    repeated_names,
    timeout_warnings,
)
from cross_account_api.function.targets import BoundFunction, FunctionTarget, bind
from cross_account_api.http.cors import Cors, cors_configuration, cors_faults
from cross_account_api.http.http_routes import HttpRoute, Throttling, route_faults, throttling_faults

#: Fields of an access log line (developer guide, http-api-logging-variables). `integrationError` names a refused
#: permission, which the client sees as 500 {"message":"Internal Server Error"} alone.
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
class JwtAuthorizer:
    """Who may call with which tokens: `issuer` publishes its keys, a token's aud or client_id names an `audience`."""

    issuer: pulumi.Input[str]
    audience: Sequence[pulumi.Input[str]]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class HttpApiArgs:
    """An HTTP API and who answers its routes.

    An HTTP API has no resource policy: callers of another account assume a role in this one.

    api_account         where API, routes, stage and access log are made
    permission_scope    what one statement of a function's policy covers
    payload_version     of the event that the functions get
    jwt                 needed where a route asks for JWT
    cors                which pages may call from browsers; None: no CORS
    throttling          of each route that has none of its own
    log_retention_days  of the access log
    """

    api_account: Account
    routes: Sequence[HttpRoute]
    stage_name: str = DEFAULT_STAGE
    permission_scope: Scope = "method"
    payload_version: Literal["1.0", "2.0"] = "2.0"
    jwt: JwtAuthorizer | None = None
    cors: Cors | None = None
    throttling: Throttling = field(default_factory=Throttling)
    log_retention_days: int = 30
    tags: Mapping[str, str] = field(default_factory=dict)


class HttpApi(pulumi.ComponentResource):
    """API, integrations, routes, authorizer, stage and access log in `args.api_account`; permissions at the functions.

    One integration a function, one statement a route. Raises ArgumentError before anything is created.
    """

    outputs: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: HttpApiArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(name, args)
        super().__init__("cross-account-api:index:HttpApi", name, None, opts)
        waits = [(route.function, route.key, HTTP_INTEGRATION_MS) for route in args.routes]
        for text in timeout_warnings(waits, answer="503", fix="lower the function's timeout"):
            pulumi.log.warn(text, self)
        children = Children(parent=self)
        targets = dict.fromkeys(route.function for route in args.routes)
        self.functions = {target: bind(target, component=name, parent=self) for target in targets}
        self.api = self._api(name, args, children)
        self.permissions = _permissions(args, self.functions, self.api.id)
        granted = [
            permission.create(f"{name}-{permission.label}", children)
            for permission in self.permissions
            if permission.function.account is not None
        ]
        routes = self._routes(name, args, children)
        self.stage = self._stage(name, args, children, depends_on=[*granted, *routes])
        first = self.functions[args.routes[0].function]
        account = args.api_account
        stage_path = "" if args.stage_name == DEFAULT_STAGE else f"/{args.stage_name}"
        self.outputs = {
            "url": pulumi.Output.concat(account.api_endpoint(self.api.id), stage_path),
            "apiId": self.api.id,
            "apiExecutionArn": account.execution_arn(self.api.id),
            "stageName": self.stage.name,
            "functionName": first.name,
            "functionArn": first.arn,
            "addPermissionCommand": commands(self.permissions, endpoint=account.endpoint),
        }
        self.register_outputs(self.outputs)

    def _api(self, name: str, args: HttpApiArgs, children: Children) -> aws.apigatewayv2.Api:
        return aws.apigatewayv2.Api(
            f"{name}-api",
            protocol_type="HTTP",
            cors_configuration=cors_configuration(args.cors) if args.cors else None,
            tags=dict(args.tags),
            opts=children.options(args.api_account),
        )

    def _routes(self, name: str, args: HttpApiArgs, children: Children) -> list[pulumi.Resource]:
        options = children.options(args.api_account)
        integrations = {
            target: aws.apigatewayv2.Integration(
                f"{name}-{function.label}-integration",
                api_id=self.api.id,
                integration_type="AWS_PROXY",
                integration_method="POST",
                # The Region in the URI is the function's, as for REST APIs.
                integration_uri=function.uri,
                payload_format_version=args.payload_version,
                opts=options,
            )
            for target, function in self.functions.items()
        }
        authorizer = self._authorizer(name, args, children)
        return [
            aws.apigatewayv2.Route(
                f"{name}-{route.key}",
                api_id=self.api.id,
                route_key=route.key,
                target=pulumi.Output.concat("integrations/", integrations[route.function].id),
                authorization_type=route.authorization,
                authorizer_id=authorizer.id if authorizer and route.authorization == "JWT" else None,
                authorization_scopes=list(route.scopes) or None,
                opts=options,
            )
            for route in args.routes
        ]

    def _authorizer(self, name: str, args: HttpApiArgs, children: Children) -> aws.apigatewayv2.Authorizer | None:
        if args.jwt is None:
            return None
        return aws.apigatewayv2.Authorizer(
            f"{name}-authorizer",
            api_id=self.api.id,
            name="jwt",
            authorizer_type="JWT",
            identity_sources=["$request.header.Authorization"],
            jwt_configuration=aws.apigatewayv2.AuthorizerJwtConfigurationArgs(
                issuer=args.jwt.issuer, audiences=list(args.jwt.audience)
            ),
            opts=children.options(args.api_account),
        )

    def _stage(
        self, name: str, args: HttpApiArgs, children: Children, *, depends_on: Sequence[pulumi.Resource]
    ) -> aws.apigatewayv2.Stage:
        """Deploys by itself whenever a route changes; made last, so that its first deployment has them all."""
        access_log = aws.cloudwatch.LogGroup(
            f"{name}-access-logs",
            retention_in_days=args.log_retention_days,
            tags=dict(args.tags),
            opts=children.options(args.api_account),
        )
        return aws.apigatewayv2.Stage(
            f"{name}-stage",
            api_id=self.api.id,
            name=args.stage_name,
            auto_deploy=True,
            access_log_settings=aws.apigatewayv2.StageAccessLogSettingsArgs(
                destination_arn=access_log.arn, format=ACCESS_LOG_FORMAT
            ),
            default_route_settings=aws.apigatewayv2.StageDefaultRouteSettingsArgs(
                throttling_rate_limit=args.throttling.rate_limit, throttling_burst_limit=args.throttling.burst_limit
            ),
            route_settings=_route_settings(args.routes) or None,
            tags=dict(args.tags),
            opts=children.options(args.api_account, depends_on=[access_log, *depends_on]),
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


def _permissions(
    args: HttpApiArgs, functions: Mapping[FunctionTarget, BoundFunction], api_id: pulumi.Output[str]
) -> list[InvokePermission]:
    return [
        permission
        for target, function in functions.items()
        for permission in service_permissions(
            function,
            http_grants(args.permission_scope, args.stage_name, _keys(args.routes, target)),
            api_id=api_id,
            api_account=args.api_account.id,
        )
    ]


def _check(name: str, args: HttpApiArgs) -> None:
    """Raises ArgumentError with a line for each fault."""
    targets = list(dict.fromkeys(route.function for route in args.routes))
    faults = route_faults(args.routes, has_jwt=args.jwt is not None) + repeated_names(targets)
    faults += repeated_arns(targets) + function_name_faults(name, targets)
    faults += throttling_faults(args.throttling, args.routes)
    if args.cors is not None:
        faults += cors_faults(args.cors, args.routes)
    if not re.fullmatch(r"\$default|[A-Za-z0-9_-]{1,128}", args.stage_name):
        faults.append(f"stage_name {args.stage_name!r}: $default, or 1 to 128 letters, digits, - or _")
    for target in targets:
        faults += account_faults(args.api_account, target)
    if not faults:
        faults = [fault for target in targets if (fault := _size_fault(name, args, target))]
    if faults:
        raise ArgumentError(f"HttpApi {name!r} cannot be made:\n" + "\n".join(f"  {fault}" for fault in faults))


def _size_fault(name: str, args: HttpApiArgs, target: FunctionTarget) -> str | None:
    return scope_fault(
        target.name,
        args.permission_scope,
        lambda scope: http_grants(scope, args.stage_name, _keys(args.routes, target)),
        function=invoke_arn(name, args.api_account, target),
        api_account=args.api_account.id,
    )


def _keys(routes: Sequence[HttpRoute], target: FunctionTarget) -> list[str]:
    return [route.key for route in routes if route.function is target]
