"""Models, request validators, authorizers, gateway responses and documentation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox_testing.documents import INVOKE

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
Refusal = tuple[int, str, str]
SCHEMA = json.dumps({"title": "Pet", "type": "object", "properties": {"name": {"type": "string"}}})


@pytest.fixture
def api(gateway: Any) -> Json:
    made: Json = gateway.create_rest_api(name="api")
    return made


def replace(path: str, value: str) -> list[Json]:
    return [{"op": "replace", "path": path, "value": value}]


def test_a_model_is_made_changed_and_deleted(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    names = {"restApiId": api["id"]}
    made = gateway.create_model(**names, name="Pet", contentType="application/json", schema=SCHEMA, description="d")
    assert json.loads(made["schema"]) == json.loads(SCHEMA)
    changed = gateway.update_model(**names, modelName="Pet", patchOperations=replace("/schema", '{"type": "array"}'))
    assert changed["schema"] == '{"type": "array"}'
    gateway.delete_model(**names, modelName="Pet")
    assert refusal(gateway.get_model, **names, modelName="Pet") == (
        404,
        "NotFoundException",
        "Invalid model name specified: Pet",
    )


def test_models_that_aws_refuses(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    names = {"restApiId": api["id"], "contentType": "application/json"}
    assert refusal(gateway.create_model, **names, name="Empty", schema=SCHEMA) == (
        409,
        "ConflictException",
        "Model name already exists for this REST API",
    )
    assert refusal(gateway.create_model, **names, name="New_Pet", schema=SCHEMA)[2] == (
        "Model name must be alphanumeric: New_Pet"
    )
    for schema in ("", "{}"):
        assert refusal(gateway.create_model, **names, name="Pet", schema=schema)[2] == (
            "Model schema must have at least 1 property or array items defined"
        )
    assert refusal(gateway.create_model, **names, name="Pet", schema="{")[0] == 400
    assert (
        refusal(gateway.update_model, restApiId=api["id"], modelName="Empty", patchOperations=replace("/name", "x"))[2]
        == "Invalid patch path  '/name' specified for op 'replace'. Must be one of: [/description, /schema]"
    )


def test_a_model_in_use_cannot_be_deleted(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    gateway.create_model(restApiId=api["id"], name="Pet", contentType="application/json", schema=SCHEMA)
    gateway.put_method(
        restApiId=api["id"],
        resourceId=api["rootResourceId"],
        httpMethod="ANY",
        authorizationType="NONE",
        requestModels={"application/json": "Pet"},
    )
    assert refusal(gateway.delete_model, restApiId=api["id"], modelName="Pet") == (
        409,
        "ConflictException",
        "Cannot delete model 'Pet', is referenced in method request: //ANY",
    )


def test_a_flattened_model_carries_what_it_refers_to(gateway: Any, api: Json) -> None:
    url = f"https://apigateway.amazonaws.com/restapis/{api['id']}/models/Pet"
    names = {"restApiId": api["id"], "contentType": "application/json"}
    gateway.create_model(**names, name="Pet", schema=SCHEMA)
    gateway.create_model(**names, name="Pets", schema=json.dumps({"type": "array", "items": {"$ref": url}}))
    flat = json.loads(gateway.get_model(restApiId=api["id"], modelName="Pets", flatten=True)["schema"])
    assert flat == {"type": "array", "items": {"$ref": "#/definitions/Pet"}, "definitions": {"Pet": json.loads(SCHEMA)}}


def test_a_validator_is_made_changed_and_deleted(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    made = gateway.create_request_validator(restApiId=api["id"], name="v", validateRequestBody=True)
    names = {"restApiId": api["id"], "requestValidatorId": made["id"]}
    assert (made["validateRequestBody"], made["validateRequestParameters"]) == (True, False)
    changed = gateway.update_request_validator(**names, patchOperations=replace("/validateRequestParameters", "true"))
    assert changed["validateRequestParameters"] is True
    assert refusal(gateway.update_request_validator, **names, patchOperations=replace("/name", ""))[2] == (
        "Request Validator name cannot be blank"
    )
    gateway.delete_request_validator(**names)
    assert refusal(gateway.get_request_validator, **names)[2] == "Invalid Request Validator identifier specified"
    assert refusal(gateway.create_request_validator, restApiId="none", name="v")[:2] == (400, "BadRequestException")


def test_an_authorizer_in_use_cannot_be_deleted(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    """As users report from AWS: hashicorp/terraform-provider-aws#14812, hashicorp/terraform#6731."""
    made = gateway.create_authorizer(
        restApiId=api["id"],
        name="gate",
        type="TOKEN",
        authorizerUri=INVOKE,
        identitySource="method.request.header.Authorization",
    )
    resource = gateway.create_resource(restApiId=api["id"], parentId=api["rootResourceId"], pathPart="test")
    gateway.put_method(
        restApiId=api["id"],
        resourceId=resource["id"],
        httpMethod="GET",
        authorizationType="CUSTOM",
        authorizerId=made["id"],
    )
    assert refusal(gateway.delete_authorizer, restApiId=api["id"], authorizerId=made["id"]) == (
        409,
        "ConflictException",
        "Cannot delete authorizer 'gate', is referenced in method: GET//test",
    )


def test_an_authorizer_is_made_changed_and_deleted(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    made = gateway.create_authorizer(
        restApiId=api["id"],
        name="a",
        type="TOKEN",
        authorizerUri=INVOKE,
        identitySource="method.request.header.Authorization",
    )
    assert (made["authType"], "authorizerResultTtlInSeconds" in made) == ("custom", False)
    names = {"restApiId": api["id"], "authorizerId": made["id"]}
    changed = gateway.update_authorizer(
        **names, patchOperations=[*replace("/authorizerResultTtlInSeconds", "0"), *replace("/name", "b")]
    )
    assert (changed["authorizerResultTtlInSeconds"], changed["name"]) == (0, "b")
    gateway.delete_authorizer(**names)
    assert refusal(gateway.get_authorizer, **names) == (
        404,
        "NotFoundException",
        "Invalid Authorizer identifier specified",
    )


@pytest.mark.parametrize(
    ("authorizer", "refused"),
    [
        (
            {"authorizerUri": INVOKE.replace("apigateway:eu-west-1", "apigateway:us-east-1")},
            (400, "BadRequestException", "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')"),
        ),
        (
            {"authorizerUri": "nonsense"},
            (
                400,
                "BadRequestException",
                (
                    "Invalid Authorizer URI: nonsense. Authorizer URI should be a valid API Gateway ARN that "
                    "represents a Lambda function invocation."
                ),
            ),
        ),
        (
            {"authorizerUri": INVOKE, "authorizerCredentials": "arn:aws:iam::222222222222:role/theirs"},
            (403, "AccessDeniedException", "Cross-account pass role is not allowed."),
        ),
    ],
)
def test_authorizers_that_aws_refuses(
    gateway: Any, api: Json, refusal: Callable[..., Refusal], authorizer: Json, refused: Refusal
) -> None:
    common = {"name": "a", "type": "TOKEN", "identitySource": "method.request.header.Authorization"}
    assert refusal(gateway.create_authorizer, restApiId=api["id"], **common, **authorizer) == refused


def test_an_api_has_ten_authorizers_with_names_of_their_own(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    common = {
        "restApiId": api["id"],
        "type": "REQUEST",
        "authorizerUri": INVOKE,
        "identitySource": "method.request.header.a",
    }
    for number in range(9):
        gateway.create_authorizer(**common, name=f"a{number}")
    assert refusal(gateway.create_authorizer, **common, name="a0")[2] == (
        "Authorizer name must be unique. Authorizer a0 already exists in this RestApi."
    )
    gateway.create_authorizer(**common, name="a9")
    assert refusal(gateway.create_authorizer, **common, name="more") == (
        429,
        "LimitExceededException",
        (
            "Maximum number of Authorizers for this API has been reached. "
            "Please contact AWS if you need additional Authorizers."
        ),
    )


def test_every_kind_of_gateway_response_has_a_default(gateway: Any, api: Json) -> None:
    items = gateway.get_gateway_responses(restApiId=api["id"])["items"]
    assert len(items) == 21
    got = gateway.get_gateway_response(restApiId=api["id"], responseType="MISSING_AUTHENTICATION_TOKEN")
    del got["ResponseMetadata"]
    assert got == {
        "responseType": "MISSING_AUTHENTICATION_TOKEN",
        "statusCode": "403",
        "responseParameters": {},
        "responseTemplates": {"application/json": '{"message":$context.error.messageString}'},
        "defaultResponse": True,
    }


def test_gateway_responses_are_put_patched_and_deleted(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    names = {"restApiId": api["id"], "responseType": "UNAUTHORIZED"}
    put = gateway.put_gateway_response(
        **names, responseParameters={"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}
    )
    assert (put["statusCode"], put["defaultResponse"]) == ("401", False)
    changed = gateway.update_gateway_response(
        **names,
        patchOperations=[
            {"op": "replace", "path": "/statusCode", "value": "444"},
            {"op": "add", "path": "/responseTemplates/application~1xml", "value": "<a/>"},
        ],
    )
    assert (changed["statusCode"], changed["responseTemplates"]["application/xml"]) == ("444", "<a/>")
    gateway.delete_gateway_response(**names)
    assert gateway.get_gateway_response(**names)["defaultResponse"] is True
    assert refusal(gateway.delete_gateway_response, **names)[2] == "Gateway response type not defined on api"


def test_documentation_parts_and_versions(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    names = {"restApiId": api["id"]}
    part = gateway.create_documentation_part(**names, location={"type": "API"}, properties='{"description": "a"}')
    assert refusal(
        gateway.create_documentation_part, **names, location={"type": "API"}, properties='{"description": "b"}'
    )[:2] == (409, "ConflictException")
    changed = gateway.update_documentation_part(
        **names, documentationPartId=part["id"], patchOperations=replace("/properties", '{"description": "c"}')
    )
    assert changed["properties"] == '{"description": "c"}'
    version = gateway.create_documentation_version(**names, documentationVersion="v1", description="first")
    assert (version["version"], version["description"]) == ("v1", "first")
    gateway.update_documentation_version(
        **names, documentationVersion="v1", patchOperations=replace("/description", "second")
    )
    assert gateway.get_documentation_version(**names, documentationVersion="v1")["description"] == "second"
    gateway.delete_documentation_version(**names, documentationVersion="v1")
    gateway.delete_documentation_part(**names, documentationPartId=part["id"])
    assert gateway.get_documentation_parts(**names)["items"] == []
    assert refusal(gateway.get_documentation_part, **names, documentationPartId=part["id"])[2] == (
        "Invalid Documentation part identifier specified"
    )
