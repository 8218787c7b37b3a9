"""The check of parameters against the service's model, which precedes any lookup."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from cross_account_sandbox.control_plane.constraints import check_parameters
from cross_account_sandbox.control_plane.dispatch import OWN_SERVICES
from cross_account_sandbox.control_plane.documented_constraints import ENUM_ORDER
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.service_model import service_model

if TYPE_CHECKING:
    from sandbox_testing.server import Reply, SandboxUnderTest

NOT_NULL = "failed to satisfy constraint: Member must not be null"
NUMBER = "class com.amazon.coral.value.json.numbers.TruncatingBigNumber"
OPS = "Member must satisfy enum value set: [add, remove, move, test, replace, copy]"


def sent(sandbox: SandboxUnderTest, service: str, method: str, path: str, body: object) -> Reply:
    """Send a raw API call that no SDK has checked."""
    scope = (
        f"AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
    )
    text = body if isinstance(body, str) else json.dumps(body)
    return sandbox.request(
        method, path, headers={"Authorization": f"AWS4-HMAC-SHA256 {scope}", "Host": "localhost"}, body=text
    )


def refused(service: str, operation: str, params: dict[str, Any]) -> AwsError:
    """The error that these parameters cause."""
    with pytest.raises(AwsError) as refusal:
        check_parameters(service, service_model(service).operation_model(operation), params)
    return refusal.value


# Recorded: updateGatewayResponseInput, putIntegrationInput, createDocumentationPartInput, createAuthorizerInput.name,
# routingConfig, architectures, cors.allowMethods. The others follow the same pattern.
CASES: list[tuple[str, str, dict[str, Any], str]] = [
    (
        "apigateway",
        "UpdateGatewayResponse",
        {"restApiId": "a", "responseType": "DEFAULT_4XX", "patchOperations": [{"op": "wrong-op", "path": "/x"}]},
        (
            "1 validation error detected: Value 'wrong-op' at 'updateGatewayResponseInput.patchOperations.1.member.op' "
            f"failed to satisfy constraint: {OPS}"
        ),
    ),
    (
        "apigateway",
        "UpdateRestApi",
        {"restApiId": "a", "patchOperations": [{"op": "one"}, {"op": "add"}, {"op": "three"}]},
        (
            "2 validation errors detected: Value 'one' at 'updateRestApiInput.patchOperations.1.member.op' "
            f"failed to satisfy constraint: {OPS}; Value 'three' at 'updateRestApiInput.patchOperations.3.member.op' "
            f"failed to satisfy constraint: {OPS}"
        ),
    ),
    (
        "apigateway",
        "UpdateMethodResponse",
        {
            "restApiId": "a",
            "resourceId": "b",
            "httpMethod": "GET",
            "statusCode": "wrong",
            "patchOperations": [{"op": "wrong_op", "path": "/x"}],
        },
        (
            "2 validation errors detected: Value 'wrong_op' at 'updateMethodResponseInput.patchOperations.1.member.op' "
            f"failed to satisfy constraint: {OPS}; Value 'wrong' at 'statusCode' failed to satisfy constraint: Member "
            r"must satisfy regular expression pattern: [1-5]\d\d"
        ),
    ),
    (
        "apigateway",
        "PutIntegration",
        {"restApiId": "a", "resourceId": "b", "httpMethod": "GET", "type": "HTTPS_PROXY"},
        (
            "1 validation error detected: Value 'HTTPS_PROXY' at 'putIntegrationInput.type' failed to satisfy "
            "constraint: Member must satisfy enum value set: [HTTP, MOCK, AWS_PROXY, HTTP_PROXY, AWS]"
        ),
    ),
    (
        "apigateway",
        "GetGatewayResponse",
        {"restApiId": "a", "responseType": "FAKE"},
        (
            "1 validation error detected: Value 'FAKE' at 'responseType' failed to satisfy constraint: Member must "
            "satisfy enum value set: [REQUEST_TOO_LARGE, RESOURCE_NOT_FOUND, AUTHORIZER_CONFIGURATION_ERROR, "
            "MISSING_AUTHENTICATION_TOKEN, BAD_REQUEST_BODY, INVALID_SIGNATURE, INVALID_API_KEY, "
            "BAD_REQUEST_PARAMETERS, AUTHORIZER_FAILURE, UNAUTHORIZED, INTEGRATION_TIMEOUT, ACCESS_DENIED, "
            "DEFAULT_4XX, DEFAULT_5XX, WAF_FILTERED, QUOTA_EXCEEDED, THROTTLED, API_CONFIGURATION_ERROR, "
            "UNSUPPORTED_MEDIA_TYPE, INTEGRATION_FAILURE, EXPIRED_TOKEN]"
        ),
    ),
    (
        "apigateway",
        "CreateAuthorizer",
        {"restApiId": "a", "type": "TOKEN"},
        f"1 validation error detected: Value null at 'createAuthorizerInput.name' {NOT_NULL}",
    ),
    (
        "apigateway",
        "CreateRestApi",
        {"name": "a", "endpointConfiguration": {"types": ["INVALID"]}},
        (
            "1 validation error detected: Value '[INVALID]' at 'createRestApiInput.endpointConfiguration.types' failed "
            "to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: "
            "[PRIVATE, EDGE, REGIONAL]]"
        ),
    ),
    (
        "apigateway",
        "PutMethodResponse",
        {"restApiId": "a", "resourceId": "b", "httpMethod": "GET", "statusCode": "wrong"},
        (
            "1 validation error detected: Value 'wrong' at 'statusCode' failed to satisfy constraint: Member must "
            r"satisfy regular expression pattern: [1-5]\d\d"
        ),
    ),
    (
        "lambda",
        "CreateFunction",
        {},
        (
            f"3 validation errors detected: Value null at 'functionName' {NOT_NULL}; Value null at 'role' {NOT_NULL}; "
            f"Value null at 'code' {NOT_NULL}"
        ),
    ),
    (
        "lambda",
        "CreateFunction",
        {"FunctionName": "a", "Role": "arn:aws:iam::111111111111:role/a", "Code": {}, "Architectures": ["foo"]},
        (
            "1 validation error detected: Value '[foo]' at 'architectures' failed to satisfy constraint: Member must "
            "satisfy constraint: [Member must satisfy enum value set: [x86_64, arm64], Member must not be null]"
        ),
    ),
    (
        "lambda",
        "CreateAlias",
        {
            "FunctionName": "a",
            "Name": "b",
            "FunctionVersion": "1",
            "RoutingConfig": {"AdditionalVersionWeights": {"1": 2.0}},
        },
        (
            "1 validation error detected: Value '{1=2.0}' at 'routingConfig.additionalVersionWeights' failed to "
            "satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, "
            "Member must have value greater than or equal to 0.0, Member must not be null]"
        ),
    ),
    (
        "lambda",
        "UpdateFunctionConfiguration",
        {"FunctionName": "a", "Environment": {"Variables": {"1": "secret"}}},
        (
            "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must "
            "satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+, "
            "Member must not be null]"
        ),
    ),
    (
        "lambda",
        "UpdateFunctionConfiguration",
        {"FunctionName": "a", "MemorySize": 1},
        (
            "1 validation error detected: Value '1' at 'memorySize' failed to satisfy constraint: Member must have "
            "value greater than or equal to 128"
        ),
    ),
]


@pytest.mark.parametrize(("service", "operation", "params", "message"), CASES)
def test_every_broken_constraint_is_named_in_aws_words(
    service: str, operation: str, params: dict[str, Any], message: str
) -> None:
    refusal = refused(service, operation, params)
    assert (refusal.code, refusal.status, refusal.message) == ("ValidationException", 400, message)


def test_the_query_protocol_has_its_own_code() -> None:
    refusal = refused("sts", "AssumeRole", {"RoleArn": "arn:aws:iam::111111111111:role/a"})
    assert (refusal.code, refusal.message) == (
        "ValidationError",
        f"1 validation error detected: Value null at 'roleSessionName' {NOT_NULL}",
    )


@pytest.mark.parametrize("service", OWN_SERVICES)
def test_every_required_member_of_every_operation_is_required(service: str) -> None:
    model = service_model(service)
    for name in model.operation_names:
        required = shape.required_members if (shape := model.operation_model(name).input_shape) else []
        if required:
            assert refused(service, name, {}).message.count(NOT_NULL) == len(required), name


@pytest.mark.parametrize("shape", ENUM_ORDER)
def test_the_recorded_order_has_the_values_of_the_model(shape: str) -> None:
    service, _, name = shape.partition(".")
    assert set(ENUM_ORDER[shape]) == set(service_model(service).shape_for(name).metadata["enum"])


def test_letters_of_every_script_may_be_in_a_tag() -> None:
    model = service_model("sts").operation_model("AssumeRole")
    params = {"RoleArn": "arn:aws:iam::111111111111:role/a", "RoleSessionName": "ab"}
    check_parameters("sts", model, {**params, "Tags": [{"Key": "Größe 1", "Value": "日本"}]})
    refusal = refused("sts", "AssumeRole", {**params, "Tags": [{"Key": "a!", "Value": ""}]})
    assert re.search(r"'tags\.1\.member\.key' failed to satisfy constraint: Member must satisfy reg", refusal.message)


@pytest.mark.parametrize(
    ("service", "method", "path", "body", "code"),
    [
        ("apigateway", "POST", "/restapis", {}, "ValidationException"),
        ("apigateway", "PATCH", "/restapis/unknown", {"patchOperations": [{"op": "x"}]}, "ValidationException"),
        ("apigateway", "PUT", "/restapis/unknown/gatewayresponses/FAKE", {}, "ValidationException"),
        ("apigateway", "POST", "/v2/apis", {"name": "a"}, "ValidationException"),
        ("lambda", "POST", "/2015-03-31/functions", {}, "ValidationException"),
        ("lambda", "PUT", "/2015-03-31/functions/unknown/configuration", {"MemorySize": 1}, "ValidationException"),
        ("apigateway", "PATCH", "/restapis/unknown", {"patchOperations": "x"}, "SerializationException"),
    ],
)
def test_parameters_are_checked_before_ids_are_looked_up(
    sandbox: SandboxUnderTest, service: str, method: str, path: str, body: object, code: str
) -> None:
    answer = sent(sandbox, service, method, path, body)
    assert (answer.status, answer.header("x-amzn-ErrorType")) == (400, code)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"name": 1}, f"{NUMBER} can not be converted to an String"),
        ({"name": 1.5}, f"{NUMBER} can not be converted to an String"),
        ({"name": True}, "class java.lang.Boolean can not be converted to an String"),
        ({"name": {}}, "Start of structure or map found where not expected."),
        ({"name": []}, "Unrecognized collection type class java.lang.String"),
        ({"minimumCompressionSize": "1"}, "class java.lang.String can not be converted to an Integer"),
        ({"minimumCompressionSize": False}, "class java.lang.Boolean can not be converted to an Integer"),
        ({"disableExecuteApiEndpoint": "true"}, "class java.lang.String can not be converted to an Boolean"),
        ({"binaryMediaTypes": "a/b"}, "Expected list or null"),
        ({"binaryMediaTypes": {}}, "Start of structure or map found where not expected."),
        ({"binaryMediaTypes": [1]}, f"{NUMBER} can not be converted to an String"),
        ({"endpointConfiguration": []}, "Start of list found where not expected"),
        ({"endpointConfiguration": "EDGE"}, "Unexpected field type"),
        ({"tags": {"a": 1}}, f"{NUMBER} can not be converted to an String"),
        ([], "Start of structure or map found where not expected."),
        ("{", "The request body is not JSON: "),
        ('{"minimumCompressionSize": Infinity}', "The request body is not JSON: "),
        ("[" * 100_000, "The request body is not JSON: "),
        ('{"minimumCompressionSize": 1e999}', "inf can not be converted to a number"),
    ],
)
def test_a_value_of_another_type_is_refused_where_it_is_read(
    sandbox: SandboxUnderTest, body: object, message: str
) -> None:
    answer = sent(sandbox, "apigateway", "POST", "/restapis", body)
    assert (answer.status, answer.header("x-amzn-ErrorType")) == (400, "SerializationException")
    assert answer.json()["message"].startswith(message)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("10", "STRING_VALUE can not be converted to a Double"),
        (True, "TRUE_VALUE can not be converted to a Double"),
    ],
)
def test_the_json_protocol_words_a_wrong_type_by_its_tokens(
    sandbox: SandboxUnderTest, value: object, message: str
) -> None:
    scope = "Credential=test/20260101/us-east-1/servicequotas/aws4_request, SignedHeaders=host, Signature=0"
    headers = {
        "Authorization": f"AWS4-HMAC-SHA256 {scope}",
        "Host": "localhost",
        "X-Amz-Target": "ServiceQuotasV20190624.RequestServiceQuotaIncrease",
    }
    body = {"ServiceCode": "apigateway", "QuotaCode": "L-A1", "DesiredValue": value}
    answer = sandbox.request("POST", "/", headers=headers, body=json.dumps(body))
    assert (answer.status, answer.json()["__type"]) == (400, "SerializationException")
    assert message in answer.body.decode()


def test_a_blob_that_is_not_base64_is_refused(sandbox: SandboxUnderTest) -> None:
    body = {"FunctionName": "a", "Role": "arn:aws:iam::111111111111:role/a", "Code": {"ZipFile": "not base64!"}}
    answer = sent(sandbox, "lambda", "POST", "/2015-03-31/functions", body)
    assert (answer.status, answer.header("x-amzn-ErrorType")) == (400, "SerializationException")
