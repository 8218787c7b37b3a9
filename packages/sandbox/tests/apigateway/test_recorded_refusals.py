"""API Gateway's recorded error messages, and unexpected inputs that it accepts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox_testing.documents import INVOKE, document, mock

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
Refused = tuple[int, str, str]
URI = INVOKE.replace("eu-west-1", "us-east-1")


@pytest.fixture
def api(gateway: Any) -> Json:
    """Create an API."""
    made: Json = gateway.create_rest_api(name="recorded")
    return made


@pytest.fixture
def method(gateway: Any, api: Json) -> Json:
    """Parameters for GET / without an integration."""
    where = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    gateway.put_method(**where, authorizationType="NONE")
    return where


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ({"name": "a" * 1_025}, "Invalid API Key name, can be at most 1024 characters."),
        ({"description": "a" * 125_001}, "Invalid API Key description specified."),
        ({"value": "a" * 19}, "API Key value should be at least 20 characters"),
        ({"value": "a" * 129}, "API Key value exceeds maximum size of 128 characters"),
    ],
)
def test_the_lengths_of_an_api_key(gateway: Any, refusal: Callable[..., Refused], key: Json, message: str) -> None:
    assert refusal(gateway.create_api_key, **key) == (400, "BadRequestException", message)
    gateway.create_api_key(**{member: text[:-1] if len(text) > 20 else f"{text}a" for member, text in key.items()})


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("/name", "a" * 1_025, "Invalid API Key name, can be at most 1024 characters."),
        ("/description", "a" * 125_001, "Invalid API Key description specified."),
    ],
)
def test_the_lengths_of_a_changed_api_key(
    gateway: Any, refusal: Callable[..., Refused], path: str, value: str, message: str
) -> None:
    key = gateway.create_api_key(name="key")
    operations = [{"op": "replace", "path": path, "value": value}]
    assert refusal(gateway.update_api_key, apiKey=key["id"], patchOperations=operations)[2] == message


@pytest.mark.parametrize("verb", ["add", "remove"])
def test_a_plan_names_the_stage_that_it_cannot_take_or_give(
    gateway: Any, api: Json, refusal: Callable[..., Refused], verb: str
) -> None:
    plan = gateway.create_usage_plan(name="plan")["id"]
    for value, refused in (
        (
            f"{api['id']}:none",
            (
                404,
                "NotFoundException",
                f"Invalid API Stage {{api: {api['id']}, stage: none}} specified for usageplan {plan}",
            ),
        ),
        (
            "unknown:dev",
            (
                404,
                "NotFoundException",
                f"Invalid API Stage {{api: unknown, stage: dev}} specified for usageplan {plan}",
            ),
        ),
        (api["id"], (400, "BadRequestException", "Invalid API Stage specified")),
        ("a:b:c", (400, "BadRequestException", "Invalid API Stage specified")),
    ):
        operations = [{"op": verb, "path": "/apiStages", "value": value}]
        assert refusal(gateway.update_usage_plan, usagePlanId=plan, patchOperations=operations) == refused


@pytest.mark.parametrize("stage", [{"apiId": "a"}, {"stage": "dev"}, {"apiId": "", "stage": "dev"}])
def test_a_plan_of_half_a_stage_gets_awss_unfilled_text(
    gateway: Any, refusal: Callable[..., Refused], stage: Json
) -> None:
    assert refusal(gateway.create_usage_plan, name="plan", apiStages=[stage]) == (
        400,
        "BadRequestException",
        "Invalid API Stage {api: %s, stage: %s} specified for usageplan %s",
    )


def test_a_plan_that_is_not_there_has_no_keys(gateway: Any) -> None:
    assert gateway.get_usage_plan_keys(usagePlanId="unknown")["items"] == []


@pytest.mark.parametrize(
    ("integration", "message"),
    [
        (
            {"type": "AWS_PROXY", "uri": "arn:aws:apigateway:us-east-1:sqs:path/123/q"},
            "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
        ),
        (
            {"type": "AWS", "uri": "arn:aws:apigateway:us-east-1:sqs:foo"},
            "AWS ARN for integration must contain path or action",
        ),
        ({"type": "AWS", "uri": "non-valid-arn"}, "Invalid ARN specified in the request"),
    ],
)
def test_integrations_with_other_services(
    gateway: Any, method: Json, refusal: Callable[..., Refused], integration: Json, message: str
) -> None:
    refused = refusal(gateway.put_integration, **method, **integration, integrationHttpMethod="POST")
    assert refused == (400, "BadRequestException", message)


@pytest.mark.parametrize("operation", ["move", "copy", "test"])
def test_an_endpoint_type_is_added_removed_or_replaced(
    gateway: Any, api: Json, refusal: Callable[..., Refused], operation: str
) -> None:
    patch = [{"op": operation, "path": "/endpointConfiguration/types/EDGE", "value": "REGIONAL"}]
    assert refusal(gateway.update_rest_api, restApiId=api["id"], patchOperations=patch) == (
        400,
        "BadRequestException",
        "Invalid patch operation specified. Must be 'add'|'remove'|'replace'",
    )


@pytest.mark.parametrize("path", ["/tags/tag1", "/documentation_version", "/a/b/c", "/*/*/logging/level"])
def test_a_path_of_a_stage_that_is_no_setting(
    gateway: Any, method: Json, refusal: Callable[..., Refused], path: str
) -> None:
    gateway.put_integration(**method, type="MOCK")
    gateway.create_deployment(restApiId=method["restApiId"], stageName="dev")
    patch = [{"op": "replace", "path": path, "value": "value1"}]
    refused = refusal(gateway.update_stage, restApiId=method["restApiId"], stageName="dev", patchOperations=patch)
    assert refused[:2] == (400, "BadRequestException")
    assert refused[2].startswith(f"Invalid method setting path: {path}. Must be one of: [/deploymentId, /description, ")


def test_an_authorizer_shows_no_time_that_nobody_set_and_takes_blanks_in_its_uri(gateway: Any, api: Json) -> None:
    made = gateway.create_authorizer(
        restApiId=api["id"],
        name="blanks",
        type="TOKEN",
        authorizerUri=f" {URI}\n",
        identitySource="method.request.header.Authorization",
    )
    assert "authorizerResultTtlInSeconds" not in made
    assert made["authorizerUri"] == f" {URI}\n"


def test_a_jwt_authorizer_is_refused_by_name(gateway: Any, api: Json, refusal: Callable[..., Refused]) -> None:
    status, code, message = refusal(gateway.create_authorizer, restApiId=api["id"], name="jwt", type="JWT")
    assert (status, code, message.partition(":")[0]) == (501, "NotImplemented", "CreateAuthorizer")


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ({"type": "PATH_PARAMETER", "name": "a"}, {"type": "PATH_PARAMETER", "name": "a", "path": "/"}),
        ({"type": "METHOD", "method": "GET"}, {"type": "METHOD", "method": "GET", "path": "/"}),
        ({"type": "RESOURCE", "path": "/pets"}, {"type": "RESOURCE", "path": "/pets"}),
        ({"type": "API"}, {"type": "API"}),
        ({"type": "MODEL", "name": "Pet"}, {"type": "MODEL", "name": "Pet"}),
        ({"type": "AUTHORIZER", "name": "a"}, {"type": "AUTHORIZER", "name": "a"}),
    ],
)
def test_a_documentation_part_without_a_path_is_that_of_the_root(
    gateway: Any, api: Json, location: Json, shown: Json
) -> None:
    made = gateway.create_documentation_part(restApiId=api["id"], location=location, properties='{"description": "a"}')
    assert made["location"] == shown


def documented() -> bytes:
    """Documentation parts in the extension, and the same parts as inline descriptions."""
    described = {"responses": {"200": {"description": "ok"}}, "description": "Read all."}
    places: list[tuple[Json, Json]] = [
        ({"type": "API"}, {"description": "The API", "info": {"version": "3"}}),
        ({"type": "METHOD", "method": "GET"}, {"description": "Read all."}),
        ({"type": "MODEL", "name": "Nothing"}, {"title": "A model"}),
        ({"type": "RESPONSE", "method": "GET", "statusCode": "200"}, {"description": "ok"}),
    ]
    parts = [{"location": location, "properties": properties} for location, properties in places]
    return document(
        {"/": {"get": {**mock(), **described}}},
        components={"schemas": {"Nothing": {"type": "object", "title": "A model"}}},
        x_amazon_apigateway_documentation={"version": "1", "documentationParts": parts},
    )


def test_what_the_extension_documents_at_the_root_counts_once(gateway: Any) -> None:
    made = gateway.import_rest_api(body=documented())["id"]
    parts = gateway.get_documentation_parts(restApiId=made)["items"]
    assert [(part["location"]["type"], part["location"].get("path")) for part in parts] == [
        ("API", None),
        ("METHOD", "/"),
        ("MODEL", None),
        ("RESPONSE", "/"),
    ]
    other = gateway.create_rest_api(name="other")["id"]
    assert len(gateway.import_documentation_parts(restApiId=other, body=documented())["ids"]) == 4


@pytest.mark.parametrize("body", [b"{", b"a: [", b"[]", json.dumps({"openapi": "2.9"}).encode()])
def test_documentation_that_cannot_be_read(
    gateway: Any, api: Json, refusal: Callable[..., Refused], body: bytes
) -> None:
    for api_id in (api["id"], "unknown"):
        assert refusal(gateway.import_documentation_parts, restApiId=api_id, body=body) == (
            400,
            "BadRequestException",
            "Unable to build importer with provided input.",
        )


def test_a_bad_document_is_reported_before_an_unknown_api(gateway: Any, refusal: Callable[..., Refused]) -> None:
    assert refusal(gateway.put_rest_api, restApiId="unknown", body=b"{") == (
        400,
        "BadRequestException",
        "Invalid OpenAPI input.",
    )
    assert refusal(gateway.put_rest_api, restApiId="unknown", body=document({}))[:2] == (404, "NotFoundException")
