"""Every handler through a resource's lifecycle: create, read without drift, update in place, delete, read again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from cross_account_sandbox.engine_plugin.drift import inputs_after
from cross_account_sandbox.engine_plugin.package_schema import PROPERTY_TYPES
from cross_account_sandbox.engine_plugin.plugin import Plugin
from cross_account_sandbox.resources.table import HANDLERS, handler
from sandbox_testing.scene import CODE, DOCUMENT, LOGS, SHARED, TRUST, Scene

if TYPE_CHECKING:
    from sandbox_testing.resources import Login


@dataclass(frozen=True, kw_only=True)
class Life:
    """The initial inputs, the inputs that change in place, and the import ID.

    imported  the ID that pulumi-aws documents for an import, from the outputs; empty: the resource's own ID
    unread    inputs that AWS does not return
    stays     one always exists, so reading it never finds nothing
    """

    token: str
    begin: Callable[[Scene], dict[str, Any]]
    change: Callable[[Scene], dict[str, Any]] = field(default=lambda _scene: {})
    imported: str = ""
    unread: frozenset[str] = frozenset()
    stays: bool = False


#: The values for each type in the package schema.
_KINDS: dict[str, Any] = {
    "any": object,
    "archive": pulumi.AssetArchive,
    "array": list,
    "boolean": bool,
    "integer": int,
    "number": float,
    "object": dict,
    "string": str,
}


def _http_api_with_routes(scene: Scene, *keys: str) -> str:
    api: str = scene.http_api()
    for key in keys:
        scene.make("aws:apigatewayv2/route:Route", apiId=api, routeKey=key)
    return api


def _vpc_endpoint(scene: Scene) -> dict[str, Any]:
    vpc = scene.vpc()
    return {
        "vpcId": vpc,
        "serviceName": "com.amazonaws.us-east-1.execute-api",
        "vpcEndpointType": "Interface",
        "privateDnsEnabled": True,
        "subnetIds": [scene.subnet(vpc)],
        "securityGroupIds": [scene.group(vpc)],
        "tags": {"a": "1"},
    }


_LIVES = (
    Life(
        token="aws:iam/role:Role",
        begin=lambda _: {
            "name": "r",
            "assumeRolePolicy": json.dumps(TRUST),
            "description": "one",
            "inlinePolicies": [{"name": "p", "policy": json.dumps(LOGS)}],
            "tags": {"a": "1", "b": "2"},
        },
        change=lambda _: {"description": "two", "maxSessionDuration": 7200, "inlinePolicies": None, "tags": {"b": "3"}},
    ),
    Life(
        token="aws:iam/rolePolicy:RolePolicy",
        begin=lambda scene: (scene.role(), {"name": "p", "role": "around", "policy": json.dumps(LOGS)})[1],
        change=lambda _: {"policy": json.dumps(LOGS).replace("Put", "Get")},
    ),
    Life(
        token="aws:iam/policy:Policy",
        begin=lambda _: {"name": "p", "policy": json.dumps(LOGS), "tags": {"a": "1"}},
        change=lambda _: {"policy": json.dumps(LOGS).replace("Put", "Get"), "tags": {"a": "2"}},
    ),
    Life(
        token="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        begin=lambda scene: {
            "role": (scene.role(), "around")[1],
            "policyArn": scene.make("aws:iam/policy:Policy", name="p", policy=json.dumps(LOGS))[0],
        },
    ),
    Life(
        token="aws:cloudwatch/logGroup:LogGroup",
        begin=lambda _: {"name": "/a/b", "retentionInDays": 14, "tags": {"a": "1"}},
        change=lambda _: {"retentionInDays": 30, "tags": {"b": "2"}},
    ),
    Life(
        token="aws:lambda/function:Function",
        unread=frozenset({"code", "publish"}),
        begin=lambda scene: {
            "name": "f",
            "role": scene.role(),
            "code": CODE,
            "handler": "index.handler",
            "runtime": "python3.13",
            "architectures": ["arm64"],
            "memorySize": 256,
            "timeout": 10,
            "environment": {"variables": {"MODE": "1"}},
            "tracingConfig": {"mode": "Active"},
            "loggingConfig": {"logFormat": "Text", "logGroup": "/a/b"},
            "publish": True,
            "reservedConcurrentExecutions": 5,
            "tags": {"a": "1"},
        },
        change=lambda _: {
            "memorySize": 512,
            "environment": None,
            "reservedConcurrentExecutions": None,
            "tags": {"a": "2"},
        },
    ),
    Life(
        token="aws:lambda/alias:Alias",
        imported="{functionName}/{name}",
        begin=lambda scene: {"name": "live", "functionName": scene.function(), "functionVersion": "1"},
        change=lambda _: {"functionVersion": "$LATEST", "description": "moved"},
    ),
    Life(
        token="aws:lambda/permission:Permission",
        imported="{function}/{statementId}",
        begin=lambda scene: {
            "function": scene.function(),
            "action": "lambda:InvokeFunction",
            "principal": "apigateway.amazonaws.com",
            "statementId": "s",
            "sourceArn": "arn:aws:execute-api:us-east-1:111111111111:abc/dev/GET/",
            "sourceAccount": "111111111111",
        },
    ),
    Life(
        token="aws:apigateway/restApi:RestApi",
        unread=frozenset({"body"}),
        begin=lambda _: {
            "name": "api",
            "body": DOCUMENT,
            "description": "one",
            "binaryMediaTypes": ["image/png"],
            "endpointConfiguration": {"types": "REGIONAL"},
            "minimumCompressionSize": "1024",
            "tags": {"a": "1"},
        },
        change=lambda _: {
            "description": "two",
            "binaryMediaTypes": ["image/png", "application/pdf"],
            "endpointConfiguration": {"types": "EDGE"},
            "body": DOCUMENT.replace('"/"', '"/other"'),
            "tags": {"a": "2"},
        },
    ),
    Life(
        token="aws:apigateway/restApiPolicy:RestApiPolicy",
        begin=lambda scene: {"restApiId": scene.api(), "policy": json.dumps(_api_policy("10.0.0.0/8"))},
        change=lambda _: {"policy": json.dumps(_api_policy("192.168.0.0/16"))},
    ),
    Life(
        token="aws:apigateway/deployment:Deployment",
        imported="{restApi}/{id}",
        unread=frozenset({"triggers"}),
        begin=lambda scene: {"restApi": scene.api(), "triggers": {"hash": "1"}, "description": "one"},
        change=lambda _: {"description": "two"},
    ),
    Life(
        token="aws:apigateway/stage:Stage",
        imported="{restApi}/{stageName}",
        begin=lambda scene: {
            **dict(zip(("restApi", "deployment"), scene.deployment(), strict=True)),
            "stageName": "dev",
            "xrayTracingEnabled": True,
            "variables": {"a": "1", "b": "2"},
            "tags": {"a": "1"},
        },
        change=lambda _: {"xrayTracingEnabled": False, "variables": {"b": "3"}, "tags": {"c": "1"}},
    ),
    Life(
        token="aws:apigateway/methodSettings:MethodSettings",
        imported="{restApi}/{stageName}/{methodPath}",
        begin=lambda scene: {
            **dict(zip(("restApi", "stageName"), scene.stage(), strict=True)),
            "methodPath": "*/*",
            "settings": {"throttlingBurstLimit": 10, "throttlingRateLimit": 5, "metricsEnabled": True},
        },
        change=lambda _: {"settings": {"throttlingBurstLimit": 20, "throttlingRateLimit": 5, "metricsEnabled": False}},
    ),
    Life(
        token="aws:apigateway/resource:Resource",
        imported="{restApi}/{id}",
        begin=lambda scene: {**scene.root(), "pathPart": "pets"},
        change=lambda _: {"pathPart": "dogs"},
    ),
    Life(
        token="aws:apigateway/requestValidator:RequestValidator",
        imported="{restApi}/{id}",
        begin=lambda scene: {"restApi": scene.api(), "name": "body", "validateRequestBody": True},
        change=lambda _: {"name": "all", "validateRequestParameters": True},
    ),
    Life(
        token="aws:apigateway/model:Model",
        imported="{restApi}/{name}",
        begin=lambda scene: {
            "restApi": scene.api(),
            "name": "Pet",
            "contentType": "application/json",
            "schema": '{"type": "object"}',
            "description": "one",
        },
        change=lambda _: {"schema": '{"type": "array"}', "description": "two"},
    ),
    Life(
        token="aws:apigateway/method:Method",
        imported="{restApi}/{resourceId}/{httpMethod}",
        begin=lambda scene: {
            **scene.path(),
            "httpMethod": "GET",
            "authorization": "NONE",
            "operationName": "ListPets",
            "requestModels": {"application/json": "Empty"},
            "requestParameters": {"method.request.querystring.page": True},
        },
        change=lambda _: {
            "authorization": "AWS_IAM",
            "apiKeyRequired": True,
            "requestModels": {"text/plain": "Error"},
            "requestParameters": {"method.request.querystring.page": False, "method.request.header.x": True},
        },
    ),
    Life(
        token="aws:apigateway/methodResponse:MethodResponse",
        imported="{restApi}/{resourceId}/{httpMethod}/{statusCode}",
        begin=lambda scene: {
            **scene.method(),
            "statusCode": "200",
            "responseModels": {"application/json": "Empty"},
            "responseParameters": {"method.response.header.x": True},
        },
        change=lambda _: {
            "responseModels": {"application/json": "Error"},
            "responseParameters": {"method.response.header.y": False},
        },
    ),
    Life(
        token="aws:apigateway/integration:Integration",
        imported="{restApi}/{resourceId}/{httpMethod}",
        begin=lambda scene: {
            **scene.method(),
            "type": "HTTP",
            "integrationHttpMethod": "POST",
            "uri": "https://backend.example/pets",
            "requestTemplates": {"application/json": "{}"},
            "requestParameters": {"integration.request.header.x": "'a'"},
            "timeoutMilliseconds": 3000,
        },
        change=lambda _: {
            "uri": "https://backend.example/dogs",
            "requestTemplates": {"text/plain": "x"},
            "requestParameters": {"integration.request.header.x": "'b'"},
            "timeoutMilliseconds": 4000,
        },
    ),
    Life(
        token="aws:apigateway/integrationResponse:IntegrationResponse",
        imported="{restApi}/{resourceId}/{httpMethod}/{statusCode}",
        begin=lambda scene: {
            **scene.answered(),
            "statusCode": "200",
            "responseTemplates": {"application/json": "{}"},
            "responseParameters": {"method.response.header.x": "'a'"},
        },
        change=lambda _: {
            "selectionPattern": "2\\d{2}",
            "responseTemplates": {"text/plain": "x"},
            "responseParameters": {"method.response.header.x": "'b'"},
        },
    ),
    Life(
        token="aws:apigateway/account:Account",
        begin=lambda scene: {"cloudwatchRoleArn": scene.logging_role()},
        stays=True,
    ),
    Life(
        token="aws:apigateway/response:Response",
        imported="{restApiId}/{responseType}",
        begin=lambda scene: {
            "restApiId": scene.api(),
            "responseType": "DEFAULT_4XX",
            "responseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"},
        },
        change=lambda _: {"responseParameters": {"gatewayresponse.header.X-One": "'1'"}},
    ),
    Life(
        token="aws:apigateway/authorizer:Authorizer",
        imported="{restApi}/{id}",
        begin=lambda scene: {
            "restApi": scene.api(),
            "name": "a",
            "authorizerUri": scene.make("aws:lambda/function:Function", **_plain_function(scene))[1]["invokeArn"],
        },
        change=lambda _: {"authorizerResultTtlInSeconds": 0, "identitySource": "method.request.header.X-Token"},
    ),
    Life(
        token="aws:apigateway/apiKey:ApiKey",
        begin=lambda _: {"name": "k", "tags": {"a": "1"}},
        change=lambda _: {"enabled": False, "description": "two", "tags": {"a": "2"}},
    ),
    Life(
        token="aws:apigateway/usagePlan:UsagePlan",
        begin=lambda scene: {
            "name": "p",
            "apiStages": [dict(zip(("apiId", "stage"), scene.stage(), strict=True))],
            "quotaSettings": {"limit": 20, "offset": 0, "period": "DAY"},
            "throttleSettings": {"burstLimit": 5, "rateLimit": 10},
        },
        change=lambda _: {
            "description": "two",
            "quotaSettings": {"limit": 30, "offset": 0, "period": "DAY"},
            "throttleSettings": {"burstLimit": 6, "rateLimit": 10},
        },
    ),
    Life(
        token="aws:apigateway/usagePlanKey:UsagePlanKey",
        imported="{usagePlanId}/{keyId}",
        begin=lambda scene: {
            "usagePlanId": scene.make("aws:apigateway/usagePlan:UsagePlan", name="p")[0],
            "keyId": scene.make("aws:apigateway/apiKey:ApiKey", name="k")[0],
            "keyType": "API_KEY",
        },
    ),
    Life(
        token="aws:apigateway/clientCertificate:ClientCertificate",
        begin=lambda _: {"description": "one", "tags": {"a": "1"}},
        change=lambda _: {"description": "two", "tags": {"a": "2"}},
    ),
    Life(
        token="aws:apigateway/domainName:DomainName",
        begin=lambda scene: {
            "domainName": "pets.example.com",
            "regionalCertificateArn": scene.certificate(),
            "endpointConfiguration": {"types": "REGIONAL"},
            "securityPolicy": "TLS_1_0",
            "tags": {"a": "1"},
        },
        change=lambda _: {"securityPolicy": "TLS_1_2", "tags": {"a": "2"}},
    ),
    Life(
        token="aws:apigateway/basePathMapping:BasePathMapping",
        begin=lambda scene: {
            "domainName": scene.domain(),
            **dict(zip(("restApi", "stageName"), scene.stage(), strict=True)),
            "basePath": "v1",
        },
        change=lambda _: {"basePath": "v2"},
    ),
    Life(
        token="aws:apigatewayv2/api:Api",
        begin=lambda _: {
            "name": "h",
            "protocolType": "HTTP",
            "corsConfiguration": {"allowOrigins": ["*"], "maxAge": 60},
            "tags": {"a": "1"},
        },
        change=lambda _: {"description": "two", "corsConfiguration": None, "tags": {"a": "2"}},
    ),
    Life(
        token="aws:apigatewayv2/integration:Integration",
        imported="{apiId}/{id}",
        begin=lambda scene: {
            "apiId": scene.http_api(),
            "integrationType": "AWS_PROXY",
            "integrationUri": scene.make("aws:lambda/function:Function", **_plain_function(scene))[1]["arn"],
            "payloadFormatVersion": "2.0",
        },
        change=lambda _: {"payloadFormatVersion": "1.0", "timeoutMilliseconds": 5000},
    ),
    Life(
        token="aws:apigatewayv2/route:Route",
        imported="{apiId}/{id}",
        begin=lambda scene: {"apiId": scene.http_api(), "routeKey": "GET /pets"},
        change=lambda _: {"routeKey": "POST /pets"},
    ),
    Life(
        token="aws:apigatewayv2/stage:Stage",
        imported="{apiId}/{name}",
        begin=lambda scene: {
            "apiId": _http_api_with_routes(scene, "GET /pets", "GET /cats"),
            "name": "$default",
            "autoDeploy": True,
            "defaultRouteSettings": {"throttlingBurstLimit": 5, "throttlingRateLimit": 10},
            "routeSettings": [
                {"routeKey": "GET /pets", "throttlingBurstLimit": 1, "throttlingRateLimit": 2},
                {"routeKey": "GET /cats", "throttlingBurstLimit": 3, "throttlingRateLimit": 4},
            ],
        },
        change=lambda _: {
            "description": "two",
            "defaultRouteSettings": {"throttlingBurstLimit": 6, "throttlingRateLimit": 10},
            "routeSettings": [{"routeKey": "GET /cats", "throttlingBurstLimit": 5, "throttlingRateLimit": 4}],
        },
    ),
    Life(
        token="aws:apigatewayv2/authorizer:Authorizer",
        imported="{apiId}/{id}",
        begin=lambda scene: {
            "apiId": scene.http_api(),
            "name": "jwt",
            "authorizerType": "JWT",
            "identitySources": ["$request.header.Authorization"],
            "jwtConfiguration": {"audiences": ["a"], "issuer": "https://issuer.example.com"},
        },
        change=lambda _: {"jwtConfiguration": {"audiences": ["a", "b"], "issuer": "https://issuer.example.com"}},
    ),
    Life(
        token="aws:ec2/vpc:Vpc",
        begin=lambda _: {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True, "tags": {"a": "1"}},
        change=lambda _: {"enableDnsHostnames": False, "tags": {"b": "2"}},
    ),
    Life(
        token="aws:ec2/subnet:Subnet",
        begin=lambda scene: {"vpcId": scene.vpc(), "cidrBlock": "10.0.2.0/24", "tags": {"a": "1"}},
        change=lambda _: {"mapPublicIpOnLaunch": True, "tags": {"b": "2"}},
    ),
    Life(
        token="aws:ec2/securityGroup:SecurityGroup",
        begin=lambda scene: {
            "name": "g",
            "vpcId": scene.vpc(),
            "ingress": [{"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/16"]}],
            "tags": {"a": "1"},
        },
        change=lambda _: {
            "ingress": [{"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["10.0.0.0/8"]}],
            "tags": {"b": "2"},
        },
    ),
    Life(
        token="aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        begin=lambda scene: {
            "securityGroupId": scene.group(scene.vpc()),
            "ipProtocol": "tcp",
            "fromPort": 443,
            "toPort": 443,
            "cidrIpv4": "10.0.0.0/16",
        },
    ),
    Life(
        token="aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        begin=lambda scene: {
            "securityGroupId": scene.group(scene.vpc()),
            "ipProtocol": "tcp",
            "fromPort": 443,
            "toPort": 443,
            "cidrIpv4": "10.0.0.0/16",
        },
    ),
    Life(
        token="aws:ec2/vpcEndpoint:VpcEndpoint",
        begin=_vpc_endpoint,
        change=lambda _: {
            "privateDnsEnabled": False,
            "policy": json.dumps(
                {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
            ),
            "tags": {"b": "2"},
        },
    ),
    Life(
        token="aws:acm/certificate:Certificate",
        begin=lambda _: {"domainName": "a.example.com", "validationMethod": "DNS", "tags": {"a": "1"}},
        change=lambda _: {"tags": {"b": "2"}},
    ),
    Life(
        token="aws:ram/resourceShare:ResourceShare",
        begin=lambda _: {"name": "one", "tags": {"a": "1"}},
        change=lambda _: {"name": "two", "allowExternalPrincipals": True, "tags": {"a": "2"}},
    ),
    Life(
        token="aws:ram/resourceAssociation:ResourceAssociation",
        begin=lambda scene: {"resourceShareArn": scene.share(), "resourceArn": SHARED},
    ),
    Life(
        token="aws:ram/principalAssociation:PrincipalAssociation",
        begin=lambda scene: {"resourceShareArn": scene.share(), "principal": "222222222222"},
    ),
    Life(
        token="aws:route53/zone:Zone",
        begin=lambda _: {"name": "example.com", "tags": {"a": "1"}},
        change=lambda _: {"comment": "two", "tags": {"b": "2"}},
    ),
    Life(
        token="aws:route53/record:Record",
        begin=lambda scene: {
            "zoneId": scene.zone(),
            "name": "www.example.com",
            "type": "A",
            "ttl": 60,
            "records": ["192.0.2.1"],
        },
        change=lambda _: {"records": ["192.0.2.1", "192.0.2.2"]},
    ),
)

#: Types that need two accounts or a wait; their own tests cover them.
_ELSEWHERE = {
    "aws:acm/certificateValidation:CertificateValidation",
    "aws:apigateway/domainNameAccessAssociation:DomainNameAccessAssociation",
    "aws:apigatewayv2/apiMapping:ApiMapping",
    "aws:apigatewayv2/domainName:DomainName",
    "aws:ram/resourceShareAccepter:ResourceShareAccepter",
}


def _api_policy(address: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "execute-api:Invoke",
                "Resource": "*",
                "Condition": {"IpAddress": {"aws:SourceIp": [address]}},
            }
        ],
    }


def _plain_function(scene: Scene) -> dict[str, Any]:
    return {
        "name": "plain",
        "role": scene.role(),
        "code": CODE,
        "handler": "index.handler",
        "runtime": "python3.13",
    }


def _holds(outputs: Any, inputs: Any) -> bool:
    """True if the outputs contain the inputs' values; AWS can add members that the program does not set."""
    if isinstance(inputs, dict) and isinstance(outputs, dict):
        return all(name in outputs and _holds(outputs[name], value) for name, value in inputs.items())
    return bool(outputs == inputs)


def _without(outputs: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in outputs.items() if name not in names}


@pytest.mark.parametrize("life", _LIVES, ids=[life.token for life in _LIVES])
def test_a_resource_is_made_read_changed_and_deleted(life: Life, login: Login) -> None:
    session = login(tags={"team": "pets"})
    scene = Scene(session)
    row = handler(life.token)
    types = {name: _KINDS[kind] for name, kind in PROPERTY_TYPES[life.token].items()}

    inputs = row.check(life.begin(scene))
    identity, made = row.create(session, inputs)
    assert _holds(made, inputs)
    assert {name: kind for name, kind in types.items() if name in made and not isinstance(made[name], kind)} == {}
    assert made.keys() <= types.keys(), "the package schema lacks a property"
    if "tags" in row.inputs:
        assert made["tagsAll"] == {"team": "pets", **inputs.get("tags", {})}
    assert row.read(session, identity, made) == made

    changes = life.change(scene)
    wanted = row.check({name: value for name, value in {**inputs, **changes}.items() if value is not None})
    changed = row.update(session, identity, made, wanted)
    assert _holds(changed, wanted)
    again = row.read(session, identity, changed)
    assert again is not None
    assert _without(again, "lastUpdatedDate", "lastModified") == _without(changed, "lastUpdatedDate", "lastModified")

    # The same change by hand: a refresh, which has the old outputs, detects it in every stated input.
    drifted = row.read(session, identity, made)
    # A mapping that moved to another path no longer exists at its old path.
    seen = inputs_after(inputs, made, drifted) if drifted else {}
    assert {name for name in changes.keys() & inputs.keys() if seen.get(name) == inputs[name]} <= life.unread

    row.delete(session, identity, changed)
    if not life.stays:
        assert row.read(session, identity, changed) is None
        row.delete(session, identity, changed)


@pytest.mark.parametrize("life", _LIVES, ids=[life.token for life in _LIVES])
def test_a_resource_that_is_imported_is_the_one_that_a_creation_would_have_made(life: Life, login: Login) -> None:
    session = login()
    row = handler(life.token)
    inputs = row.check(life.begin(Scene(session)))
    identity, made = row.create(session, inputs)
    plugin = Plugin(HANDLERS, {}, lambda _settings: session)
    plugin.configure({})

    found = plugin.read(life.token, life.imported.format(id=identity, **made) or identity, {}, {})

    assert found is not None
    its_id, old, outputs = found
    assert its_id == identity
    kept = plugin.check(life.token, "another-name", old, inputs)
    assert plugin.diff(life.token, old, kept).changes.keys() == life.unread
    assert plugin.read(life.token, its_id, kept, outputs) == (identity, kept, outputs)
    plugin.delete(life.token, its_id, outputs)
    if not life.stays:
        assert plugin.read(life.token, its_id, kept, outputs) is None


def test_every_handler_has_a_life() -> None:
    assert {life.token for life in _LIVES} | _ELSEWHERE == set(HANDLERS)
