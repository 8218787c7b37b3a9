"""The table of handlers, compared with pulumi-aws's classes and with the AWS provider's replacement rules."""

from __future__ import annotations

import importlib
import typing
from collections.abc import Sequence
from typing import Any

import pulumi
import pytest
from pulumi import _types

from cross_account_sandbox.engine_plugin.package_schema import PROPERTY_TYPES
from cross_account_sandbox.resources.errors import HandlerError
from cross_account_sandbox.resources.handler import Handler
from cross_account_sandbox.resources.table import HANDLERS, handler

#: Type token → module and class of pulumi_aws, for tokens that do not spell them.
_MODULES = {"lambda": "lambda_"}

#: "What the AWS provider does on a change" (Terraform AWS provider, June 2026): the inputs that force a replacement,
#: besides `region`, which replaces every regional resource. For types that the provider's table omits, these are the
#: arguments that their Terraform documentation marks as forcing a new resource.
_REPLACES = {
    "aws:acm/certificate:Certificate": {"domainName", "keyAlgorithm", "subjectAlternativeNames", "validationMethod"},
    "aws:acm/certificateValidation:CertificateValidation": {"certificateArn", "validationRecordFqdns"},
    "aws:apigateway/account:Account": set(),
    "aws:apigateway/apiKey:ApiKey": {"value"},
    "aws:apigateway/authorizer:Authorizer": {"restApi"},
    "aws:apigateway/basePathMapping:BasePathMapping": {"domainName", "domainNameId"},
    "aws:apigateway/clientCertificate:ClientCertificate": set(),
    "aws:apigateway/deployment:Deployment": {"restApi", "triggers", "variables"},
    "aws:apigateway/domainName:DomainName": {"domainName"},
    "aws:apigateway/domainNameAccessAssociation:DomainNameAccessAssociation": {
        "accessAssociationSource",
        "accessAssociationSourceType",
        "domainNameArn",
    },
    "aws:apigateway/integration:Integration": {
        "credentials",
        "httpMethod",
        "integrationHttpMethod",
        "passthroughBehavior",
        "resourceId",
        "restApi",
        "type",
    },
    "aws:apigateway/integrationResponse:IntegrationResponse": {"httpMethod", "resourceId", "restApi", "statusCode"},
    "aws:apigateway/method:Method": {"httpMethod", "resourceId", "restApi"},
    "aws:apigateway/methodResponse:MethodResponse": {"httpMethod", "resourceId", "restApi", "statusCode"},
    "aws:apigateway/methodSettings:MethodSettings": {"methodPath", "restApi", "stageName"},
    "aws:apigateway/model:Model": {"contentType", "name", "restApi"},
    "aws:apigateway/requestValidator:RequestValidator": {"restApi"},
    "aws:apigateway/resource:Resource": {"restApi"},
    "aws:apigateway/response:Response": {"responseType", "restApiId"},
    "aws:apigateway/restApi:RestApi": set(),
    "aws:apigateway/restApiPolicy:RestApiPolicy": {"restApiId"},
    "aws:apigateway/stage:Stage": {"restApi", "stageName"},
    "aws:apigateway/usagePlan:UsagePlan": set(),
    "aws:apigateway/usagePlanKey:UsagePlanKey": {"keyId", "keyType", "usagePlanId"},
    "aws:apigatewayv2/api:Api": {"protocolType"},
    "aws:apigatewayv2/apiMapping:ApiMapping": {"apiId", "domainName"},
    "aws:apigatewayv2/authorizer:Authorizer": {"apiId"},
    "aws:apigatewayv2/domainName:DomainName": {"domainName"},
    "aws:apigatewayv2/integration:Integration": {"apiId", "integrationSubtype", "integrationType"},
    "aws:apigatewayv2/route:Route": {"apiId"},
    "aws:apigatewayv2/stage:Stage": {"apiId", "name"},
    "aws:cloudwatch/logGroup:LogGroup": {"logGroupClass", "name"},
    "aws:ec2/securityGroup:SecurityGroup": {"description", "name", "namePrefix", "vpcId"},
    "aws:ec2/subnet:Subnet": {"availabilityZone", "cidrBlock", "vpcId"},
    "aws:ec2/vpc:Vpc": {"cidrBlock"},
    "aws:ec2/vpcEndpoint:VpcEndpoint": {"serviceName", "vpcEndpointType", "vpcId"},
    "aws:iam/policy:Policy": {"description", "name", "path"},
    "aws:iam/role:Role": {"name", "path"},
    "aws:iam/rolePolicy:RolePolicy": {"name", "role"},
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {"policyArn", "role"},
    "aws:lambda/alias:Alias": {"functionName", "name"},
    "aws:lambda/function:Function": {"name", "packageType"},
    "aws:lambda/permission:Permission": {
        "action",
        "eventSourceToken",
        "function",
        "functionUrlAuthType",
        "principal",
        "principalOrgId",
        "qualifier",
        "sourceAccount",
        "sourceArn",
        "statementId",
        "statementIdPrefix",
    },
    "aws:ram/principalAssociation:PrincipalAssociation": {"principal", "resourceShareArn"},
    "aws:ram/resourceAssociation:ResourceAssociation": {"resourceArn", "resourceShareArn"},
    "aws:ram/resourceShare:ResourceShare": {"permissionArns"},
    "aws:ram/resourceShareAccepter:ResourceShareAccepter": {"shareArn"},
    "aws:route53/record:Record": {"name", "type", "zoneId"},
    "aws:route53/zone:Zone": {"name"},
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {"securityGroupId"},
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {"securityGroupId"},
}
_GLOBAL_SERVICES = ("aws:iam/", "aws:route53/")

_EVERY_HANDLER = pytest.mark.parametrize("row", HANDLERS.values(), ids=list(HANDLERS))


def _sdk_arguments(token: str) -> set[str]:
    """The input names that pulumi-aws's class sends to the engine."""
    _, module, kind = token.split(":")
    service = module.partition("/")[0]
    found = importlib.import_module(f"pulumi_aws.{_MODULES.get(service, service)}")
    return set(_types.input_type_py_to_pulumi_names(getattr(found, f"{kind}Args")).values())


def _sdk_properties(token: str) -> dict[str, Any]:
    _, module, kind = token.split(":")
    service = module.partition("/")[0]
    found = importlib.import_module(f"pulumi_aws.{_MODULES.get(service, service)}")
    return _types.resource_types(getattr(found, kind))


def _schema_type(hint: Any) -> str:
    origin = typing.get_origin(hint) or hint
    if not isinstance(origin, type):
        return "any"
    kinds = {bool: "boolean", int: "integer", float: "number", str: "string", Sequence: "array"}
    return "archive" if issubclass(origin, pulumi.Archive) else kinds.get(origin, "object")


@_EVERY_HANDLER
def test_a_handler_knows_only_inputs_that_the_sdk_class_has(row: Handler) -> None:
    assert row.inputs <= _sdk_arguments(row.token)


@_EVERY_HANDLER
def test_what_replaces_is_what_replaces_with_the_vendors_provider(row: Handler) -> None:
    regional = not row.token.startswith(_GLOBAL_SERVICES)
    assert set(row.replaces) == _REPLACES[row.token] | ({"region"} if regional else set())


@pytest.mark.parametrize(
    "row", [row for row in HANDLERS.values() if type(row).update is Handler.update], ids=lambda row: row.token
)
def test_a_type_that_has_no_update_is_replaced_by_every_input(row: Handler) -> None:
    assert row.replaces == row.inputs


@_EVERY_HANDLER
def test_replacing_inputs_automatic_names_and_secrets_are_properties_of_the_type(row: Handler) -> None:
    assert row.replaces <= row.inputs
    assert row.auto_name is None or row.auto_name in row.inputs
    assert row.secrets <= _sdk_properties(row.token).keys()


@_EVERY_HANDLER
def test_the_package_schema_has_every_property_of_a_handler_with_the_sdk_s_type(row: Handler) -> None:
    types, properties = PROPERTY_TYPES[row.token], _sdk_properties(row.token)
    assert row.inputs | row.secrets <= types.keys()
    assert types == {name: _schema_type(properties[name]) for name in types}


@_EVERY_HANDLER
def test_an_input_that_a_handler_does_not_know_is_refused_by_name(row: Handler) -> None:
    with pytest.raises(HandlerError, match=rf"{row.token} does not support the input 'nonsense'"):
        row.check({"nonsense": 1})


def test_a_type_without_a_handler_is_refused_by_name() -> None:
    with pytest.raises(HandlerError, match="does not support the resource type aws:sqs/queue:Queue"):
        handler("aws:sqs/queue:Queue")
