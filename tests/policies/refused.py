"""For each rule, resources that violate it, and the same resources in a form that passes.

A row: the rule, a name, the resources that pass, those that violate it, and part of the message.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cross_account_policies.resources import Resource

API, FUNCTION, THIRD = "111111111111", "222222222222", "333333333333"
SOURCE = f"arn:aws:execute-api:us-east-1:{API}:a1b2c3d4e5/dev/GET/orders"
_VPCE = "vpce-0123456789abcdef0"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A rule and two lists of resources that differ in one property."""

    rule: str
    name: str
    passes: Sequence[Resource]
    refused: Sequence[Resource]
    message: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.name}"


def resource(kind: str, *, id: str = "", provider: str = "api", **properties: Any) -> Resource:  # noqa: A002
    """A resource of the AWS provider, named x."""
    return Resource(type=f"aws:{kind}", name="x", urn="urn:x", id=id, provider=provider, properties=properties)


def provider(account: str) -> Resource:
    """A provider that is restricted to this account, in the form of Pulumi's state."""
    return Resource(type="pulumi:providers:aws", name=account, properties={"allowedAccountIds": json.dumps([account])})


def permission(**changes: Any) -> Resource:
    """A correct permission for API Gateway with these changes; None removes a property."""
    given = {
        "function": "orders",
        "principal": "apigateway.amazonaws.com",
        "sourceArn": SOURCE,
        "sourceAccount": API,
        **changes,
    }
    return resource("lambda/permission:Permission", **{key: value for key, value in given.items() if value is not None})


def trusting(principal: str) -> Resource:
    """A role that this principal can assume."""
    statement = {"Sid": "Trust", "Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    return resource("iam/role:Role", assumeRolePolicy=json.dumps({"Statement": [statement]}))


def private(*statements: Mapping[str, Any], where: str = "body") -> Resource:
    """A private API with a policy of these statements, in its document or as a separate resource."""
    policy = {"Statement": [{"Principal": "*", "Action": "execute-api:Invoke", **each} for each in statements]}
    held = {"body": json.dumps({"x-amazon-apigateway-policy": policy})} if where == "body" else {}
    held |= {"policy": json.dumps(policy)} if where == "policy" else {}
    return resource("apigateway/restApi:RestApi", endpointConfiguration={"types": "PRIVATE"}, **held)


def uri(account: str, name: str = "orders") -> str:
    """The URI that invokes a function of this account."""
    function = f"arn:aws:lambda:us-east-1:{account}:function:{name}:live"
    return f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"


def operation(account: str = FUNCTION, **more: Any) -> dict[str, Any]:
    """An operation with a function integration."""
    return {"x-amazon-apigateway-integration": {"type": "aws_proxy", "uri": uri(account)}, **more}


def api(paths: Mapping[str, Any], **more: Any) -> Resource:
    """A REST API whose document has these paths, a SigV4 scheme and an authorizer."""
    schemes = {
        "sigv4": {"type": "apiKey", "x-amazon-apigateway-authtype": "awsSigv4"},
        "key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
        "tokens": {"type": "oauth2"},
    }
    body = {"openapi": "3.0.1", "paths": paths, "components": {"securitySchemes": schemes}, **more}
    return resource("apigateway/restApi:RestApi", id="a1b2c3d4e5", body=json.dumps(body))


def stage(**properties: Any) -> Resource:
    """A stage of the API."""
    return resource("apigateway/stage:Stage", restApi="a1b2c3d4e5", stageName="dev", **properties)


def limits(**settings: Any) -> Resource:
    """The method settings for all methods of the stage."""
    return resource(
        "apigateway/methodSettings:MethodSettings",
        restApi="a1b2c3d4e5",
        stageName="dev",
        methodPath="*/*",
        settings={"throttlingRateLimit": 100.0, "throttlingBurstLimit": 50.0, **settings},
    )


_DENY = {"Effect": "Deny", "Condition": {"StringNotEquals": {"aws:SourceVpce": [_VPCE]}}}
_ALLOW_ONE = {"Effect": "Allow", "Condition": {"StringEquals": {"aws:sourceVpce": _VPCE}}}
_ALLOW = {"Effect": "Allow"}
_SIGNED = operation(security=[{"sigv4": []}])
_MOCK = {"x-amazon-apigateway-integration": {"type": "mock"}}
_GREEDY = {"/orders": {"get": operation()}, "/orders/{id}": {"get": operation()}}
_ANYTHING = {"/{proxy+}": {"x-amazon-apigateway-any-method": operation()}}


def _widened(tail: str, paths: Mapping[str, Any] = _GREEDY) -> list[Resource]:
    return [api(paths), stage(), permission(sourceArn=SOURCE.replace("dev/GET/orders", tail))]


def _named_by_arn() -> Resource:
    return replace(
        api(_GREEDY), id="", properties={**api(_GREEDY).properties, "executionArn": SOURCE.partition("/")[0]}
    )


def _http(key: str) -> list[Resource]:
    mine = {"apiId": "a1b2c3d4e5"}
    return [
        resource("apigatewayv2/api:Api", id="a1b2c3d4e5", protocolType="HTTP"),
        resource("apigatewayv2/stage:Stage", name="$default", **mine),
        resource("apigatewayv2/integration:Integration", id="i1", integrationUri=uri(FUNCTION), **mine),
        resource("apigatewayv2/route:Route", routeKey=key, target="integrations/i1", **mine),
    ]


def _case(rule: str, name: str, passes: Any, refused: Any, message: str) -> Case:
    def several(given: Any) -> list[Resource]:
        return given if isinstance(given, list) else [given]

    return Case(rule=rule, name=name, passes=several(passes), refused=several(refused), message=message)


CASES = [
    _case(
        "explicit-provider",
        "default provider",
        resource("lambda/function:Function"),
        resource("lambda/function:Function", provider=""),
        "Set ResourceOptions(provider=…)",
    ),
    _case(
        "api-gateway-permission-sources", "no ARN", permission(), permission(sourceArn=None), "Set sourceArn to arn:aws"
    ),
    _case(
        "api-gateway-permission-sources",
        "no account",
        permission(),
        permission(sourceAccount=None),
        "Set sourceAccount to the ID of the API's account",
    ),
    _case(
        "api-gateway-permission-sources",
        "every API of the account",
        permission(),
        permission(sourceArn=SOURCE.replace("a1b2c3d4e5", "*")),
        "Name the one API",
    ),
    _case(
        "api-gateway-permission-sources",
        "every Region",
        permission(),
        permission(sourceArn=SOURCE.replace("us-east-1", "*")),
        "Name the one Region",
    ),
    _case(
        "api-gateway-permission-sources",
        "another account's API",
        permission(),
        permission(sourceAccount=THIRD),
        f"Set sourceAccount to {API}",
    ),
    _case(
        "api-gateway-permission-sources",
        "a bucket",
        permission(),
        permission(sourceArn="arn:aws:s3:::orders"),
        "Name the API: arn:aws:execute-api",
    ),
    *(
        _case("no-account-root", f"permission for {root}", permission(), permission(principal=root), "set principal to")
        for root in (API, f"arn:aws:iam::{API}:root")
    ),
    *(
        _case(
            "no-account-root",
            f"trust in {root}",
            trusting(f"arn:aws:iam::{API}:role/caller"),
            trusting(root),
            "Name the role that calls",
        )
        for root in (API, f"arn:aws:iam::{API}:root")
    ),
    _case(
        "no-account-root",
        "an API's policy",
        private(_DENY, {**_ALLOW, "Principal": {"AWS": f"arn:aws:iam::{THIRD}:role/caller"}}),
        private(_DENY, {**_ALLOW, "Principal": {"AWS": ["arn:aws:iam::1:role/x", f"arn:aws:iam::{THIRD}:root"]}}),
        f"lets all of account arn:aws:iam::{THIRD}:root in",
    ),
    *(
        _case("private-api-endpoints", f"{name} in {where}", private(*good, where=where), bad, "StringNotEquals")
        for where in ("body", "policy")
        for name, good, bad in (
            ("no condition", (_DENY, _ALLOW), private(_ALLOW, where=where)),
            ("no policy", (_ALLOW_ONE,), private(where="")),
            ("one of two", (_ALLOW_ONE, _ALLOW_ONE), private(_ALLOW_ONE, _ALLOW, where=where)),
            (
                "any endpoint",
                (_ALLOW_ONE,),
                private({**_ALLOW, "Condition": {"StringLike": {"aws:SourceVpce": "*"}}}, where=where),
            ),
        )
    ),
    _case(
        "stage-access-logs",
        "REST",
        stage(accessLogSettings={"destinationArn": "arn:aws:logs:…"}),
        stage(),
        "Set accessLogSettings",
    ),
    _case(
        "stage-access-logs",
        "HTTP",
        resource("apigatewayv2/stage:Stage", accessLogSettings={"destinationArn": "arn:aws:logs:…"}),
        resource("apigatewayv2/stage:Stage", accessLogSettings={"format": "$context.requestId"}),
        "Set accessLogSettings",
    ),
    *(
        _case(
            "log-retention",
            f"{days} days",
            resource("cloudwatch/logGroup:LogGroup", retentionInDays=30.0),
            resource("cloudwatch/logGroup:LogGroup", retentionInDays=days),
            "Set retentionInDays",
        )
        for days in (0, None)
    ),
    _case("stage-throttling", "REST without settings", [stage(), limits()], [stage()], "aws.apigateway.MethodSettings"),
    _case(
        "stage-throttling",
        "REST without a rate",
        [stage(), limits()],
        [stage(), limits(throttlingRateLimit=-1)],
        "throttlingRateLimit",
    ),
    _case(
        "stage-throttling",
        "HTTP",
        resource(
            "apigatewayv2/stage:Stage", defaultRouteSettings={"throttlingRateLimit": 1, "throttlingBurstLimit": 1}
        ),
        resource("apigatewayv2/stage:Stage", defaultRouteSettings={"throttlingRateLimit": 1}),
        "Set defaultRouteSettings",
    ),
    *(
        _case(
            "guarded-operations",
            name,
            api({"/a": {"get": _SIGNED}, "/b": {"get": _SIGNED, "options": _MOCK}}, **root),
            api({"/a": {"get": _SIGNED}, "/b": forgotten}, **root),
            message,
        )
        for name, forgotten, root, message in (
            ("forgotten", {"get": operation()}, {}, "but not GET /b"),
            ("emptied", {"get": operation(security=[])}, {}, "but not GET /b"),
            ("an API key alone", {"get": operation(security=[{"key": []}])}, {}, "but not GET /b"),
            ("a scheme that API Gateway ignores", {"get": operation(security=[{"tokens": []}])}, {}, "not GET /b"),
            ("the root's SigV4", {"get": operation()}, {"security": [{"sigv4": []}]}, "does not apply the root's"),
            ("an OPTIONS that runs a function", {"options": operation()}, {}, "but not OPTIONS /b"),
            ("a mock", {"get": _MOCK}, {}, "but not GET /b"),
            ("ANY", {"x-amazon-apigateway-any-method": operation()}, {}, "but not ANY /b"),
        )
    ),
    *(
        _case(
            "permission-no-wider-than-routes", tail, _widened(right, paths), _widened(tail, paths), "Use one permission"
        )
        for tail, right, paths in (
            ("*", "dev/GET/orders/*", _GREEDY),
            ("dev/*", "dev/GET/orders", _GREEDY),
            ("*/GET/orders", "dev/GET/orders", _GREEDY),
            ("dev/*/orders", "dev/GET/orders", _GREEDY),
            ("dev/GET/*", "test-invoke-stage/GET/orders/*", _GREEDY),
            ("prod/GET/orders/*", "dev/GET/orders/*", _GREEDY),
            ("authorizers/*", "dev/GET/orders", _GREEDY),
            ("dev/GET/*", "dev/*/*", _ANYTHING),
        )
    ),
    _case(
        "permission-no-wider-than-routes",
        "the route of another function",
        _widened("dev/GET/orders/*"),
        [*_widened("dev/GET/orders"), permission(function="order", sourceArn=f"{SOURCE}/*")],
        "covers more than the routes that call the function",
    ),
    *(
        _case(
            "permission-no-wider-than-routes",
            f"{tail} of an API of another stack",
            permission(sourceArn=f"{SOURCE}/*"),
            permission(sourceArn=SOURCE.replace("dev/GET/orders", tail)),
            "Use one permission for each route",
        )
        for tail in ("*", "dev/*", "*/*")
    ),
    _case(
        "permission-no-wider-than-routes",
        "an API whose outputs lack the id",
        [_named_by_arn(), stage(), permission(sourceArn=f"{SOURCE}/*")],
        [_named_by_arn(), stage(), permission(sourceArn=SOURCE.replace("GET/orders", "*"))],
        "Use one permission for dev/GET/orders, dev/GET/orders/*",
    ),
    _case(
        "permission-no-wider-than-routes",
        "HTTP",
        [*_http("GET /orders/{id}"), permission(sourceArn=SOURCE.replace("dev/GET/orders", "*/GET/orders/*"))],
        [*_http("GET /orders/{id}"), permission(sourceArn=SOURCE.replace("dev/GET/orders", "*/*"))],
        "Use one permission for */GET/orders/*",
    ),
    _case(
        "no-third-account",
        "integration in the document",
        [provider(API), provider(FUNCTION), api({"/a": {"get": operation()}})],
        [provider(API), provider(FUNCTION), api({"/a": {"get": operation(THIRD)}})],
        f"GET /a calls into account {THIRD}",
    ),
    _case(
        "no-third-account",
        "integration of an HTTP API",
        [provider(FUNCTION), resource("apigatewayv2/integration:Integration", integrationUri=uri(FUNCTION))],
        [provider(FUNCTION), resource("apigatewayv2/integration:Integration", integrationUri=uri(THIRD))],
        f"calls into account {THIRD}",
    ),
    _case(
        "no-third-account",
        "credentials",
        [provider(API), provider(FUNCTION), api({"/a": {"get": operation()}})],
        [
            provider(API),
            provider(FUNCTION),
            api({"/a": {"get": {"x-amazon-apigateway-integration": {"credentials": f"arn:aws:iam::{THIRD}:role/x"}}}}),
        ],
        "Correct the ARN",
    ),
    _case(
        "no-third-account",
        "not in the stack that is referred to",
        [
            provider(API),
            Resource(
                type="pulumi:pulumi:StackReference", name="f", properties={"outputs": {"functionArn": uri(FUNCTION)}}
            ),
            api({"/a": {"get": operation()}}),
        ],
        [provider(API), api({"/a": {"get": operation()}})],
        "add the account to this policy's `accounts`",
    ),
]
