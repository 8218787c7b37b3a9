"""Documents that API Gateway would reject, and how the arguments change a document."""

from __future__ import annotations

from typing import Any

import pytest

from aws_rules import quotas
from cross_account_api.rest import openapi
from tests.components.builders import api, made
from tests.components.test_refusals import refusal

Json = dict[str, Any]
INTEGRATION = "x-amazon-apigateway-integration"
MOCK: Json = {"type": "mock", "requestTemplates": {"application/json": '{"statusCode": 200}'}}
SERVED: Json = {"responses": {"200": {"description": "ok"}}, INTEGRATION: MOCK}
BARE: Json = {"responses": {"200": {"description": "ok"}}}


def document(paths: Json | None = None, /, **members: Any) -> Json:
    """A document that declares the route GET /."""
    whole = {"openapi": "3.0.1", "info": {"title": "t", "version": "1"}, "paths": {"/": {"get": BARE}, **(paths or {})}}
    return {**whole, **members}


def schemas(*names: str) -> Json:
    """A document's `components` with these schemas."""
    return {"schemas": {name: {"type": "object"} for name in names}}


def invoke_uri(partition: str) -> str:
    """An invoke URI in the form for a Region of the partition `aws`."""
    function = f"arn:{partition}:lambda:eu-west-1:222222222222:function:f"
    return f"arn:{partition}:apigateway:eu-west-1:lambda:path/2015-03-31/functions/{function}/invocations"


def authorizer(**members: str) -> Json:
    """A document with a Lambda authorizer."""
    extension = {"type": "token", "authorizerUri": invoke_uri("aws"), **members}
    scheme = {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authorizer": extension}
    return document(components={"securitySchemes": {"guard": scheme}})


def integration(**members: Any) -> Json:
    """A document that has its own integration."""
    return document({"/own": {"get": {**SERVED, INTEGRATION: {"type": "aws_proxy", "httpMethod": "POST", **members}}}})


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            document({"/a": {"get": BARE, "put": SERVED}, "/b": {openapi.ANY_METHOD: BARE}}),
            "serves GET /a, ANY /b, and",
        ),
        # An ANY integration does not serve methods that have their own operation.
        (
            document({"/a": {"get": BARE, openapi.ANY_METHOD: SERVED}}),
            "serves GET /a, and API Gateway would refuse to deploy it",
        ),
        (document({"/a": {"get": {**BARE, INTEGRATION: None}}}), 'or set unserved="501" to answer them with 501'),
        (document(openapi="3.1.0"), "document: API Gateway imports OpenAPI 3.0, not 3.1.0; convert it"),
        (document(openapi="2.0.0"), "document: API Gateway imports OpenAPI 3.0, not 2.0.0"),
        ({"paths": {"/": {"get": BARE}}}, "document: API Gateway imports OpenAPI 3.0, not None"),
        (
            document(components=schemas("simple-user", "account_status", "a.b.c", "Good1")),
            "document: the schemas 'simple-user', 'account_status', 'a.b.c' become models",
        ),
        (document(components=schemas("é")), "or set rename_schemas=True"),
        (document({f"/r{n}": {"get": SERVED} for n in range(300)}), "paths: they need 301 resources"),
        (document({f"/a/b/c{n}": {"get": SERVED} for n in range(298)}), "paths: they need 301 resources"),
        (document(**{"x-filler": "x" * quotas.DOCUMENT_BYTES}), "and API Gateway imports at most 6,291,456, a quota"),
        (document({"/a@b": {"get": SERVED}}), "document path /a@b: 'a@b' is not a path segment"),
        (document({"/{p+}/b": {"get": SERVED}}), "document path /{p+}/b: a greedy variable"),
        (document({"a": {"get": SERVED}}), "document path a: path 'a' must begin with a slash"),
        (
            integration(uri=invoke_uri("aws-cn")),
            f"document GET /own: uri: {invoke_uri('aws-cn')} is in partition aws-cn, the API is in aws",
        ),
        (
            integration(uri=invoke_uri("aws"), credentials="arn:aws-us-gov:iam::111111111111:role/r"),
            "document GET /own: credentials: arn:aws-us-gov:iam::111111111111:role/r is in partition aws-us-gov",
        ),
        (
            authorizer(authorizerUri=invoke_uri("aws-cn")),
            f"document security scheme 'guard': authorizerUri: {invoke_uri('aws-cn')} is in partition aws-cn",
        ),
        (
            authorizer(authorizerCredentials="arn:aws-cn:iam::111111111111:role/r"),
            "document security scheme 'guard': authorizerCredentials: arn:aws-cn:iam::111111111111:role/r is in",
        ),
        (
            integration(uri=invoke_uri("aws"), timeoutInMillis=30_000),
            "document GET /own: timeoutInMillis 30000 is not between 50 and 29,000 milliseconds",
        ),
    ],
)
def test_a_document_that_api_gateway_would_refuse_is_refused_before_anything_is_created(given: Json, told: str) -> None:
    assert told in refusal(api(document=given))


def test_every_fault_of_a_document_is_listed_at_once() -> None:
    paths = {"/a@b": {"get": BARE}, **{f"/r{n}": {"get": SERVED} for n in range(300)}}
    message = refusal(api(document=document(paths, components=schemas("a-b"))))

    for told in ("document path /a@b", "serves GET /a@b", "the schemas 'a-b'", "they need 302 resources"):
        assert told in message


def test_routes_can_need_too_many_resources() -> None:
    routes = [("GET", f"/r{number}") for number in range(300)]

    assert "paths: they need 301 resources" in refusal(api(*routes, scope="api"))
    assert made(*routes, scope="api", resources_quota=301).all("RestApi")


def test_statements_of_functions_count_towards_the_size() -> None:
    room = quotas.DOCUMENT_BYTES - len(openapi.rendered(document(**{"x-filler": ""})).encode())
    fitting = document(**{"x-filler": "x" * room})

    assert "and API Gateway imports at most 6,291,456" in refusal(api(document=fitting))
    assert made(document=document(**{"x-filler": "x" * (room - 2000)})).all("RestApi")


@pytest.mark.parametrize(
    "given",
    [
        document(openapi="3.0.3"),
        document({"x-extension": {"get": BARE}, "/a,b": {"get": SERVED}, "/c/": {"get": SERVED}}),
        document({f"/r{n}": {"get": SERVED} for n in range(299)}),
        integration(uri=invoke_uri("aws").replace("arn:aws:", "arn:${AWS::Partition}:"), timeoutInMillis=29_000),
        integration(uri=invoke_uri("aws"), credentials="arn:aws:iam::*:user/*"),
    ],
)
def test_a_document_that_api_gateway_imports_is_accepted(given: Json) -> None:
    assert made(document=given).all("RestApi")


# How the arguments change a document.


@pytest.mark.parametrize("origin", [None, "https://pets.example.com"])
def test_operations_that_nothing_serves_can_answer_501(origin: str | None) -> None:
    post = {
        "requestBody": {"$ref": "#/components/requestBodies/Pet"},
        "responses": {"200": {"description": "ok"}, "default": {"description": "error"}},
    }
    bodies: Json = {"requestBodies": {"Pet": {"content": {"application/xml": {}}}}}
    paths: Json = {"/a": {"post": post, "get": SERVED}}
    recording = made(document=document(paths, components=bodies), unserved="501", cors_origin=origin)
    served = recording.one("RestApi").document()["paths"]["/a"]

    added = served["post"][INTEGRATION]
    assert (added["type"], added["requestTemplates"]) == (
        "mock",
        {"application/json": '{"statusCode": 501}', "application/xml": '{"statusCode": 501}'},
    )
    assert added["responses"]["default"]["statusCode"] == "501"
    assert set(served["post"]["responses"]) == {"200", "501", "default"}
    header = {"method.response.header.Access-Control-Allow-Origin": f"'{origin}'"} if origin else {}
    assert added["responses"]["default"]["responseParameters"] == header
    assert served["get"] == SERVED
    assert len(recording.all("Permission")) == 1


def test_operations_that_answer_501_are_guarded_as_the_others_are() -> None:
    recording = made(document=document({"/a": {"get": BARE}}), unserved="501", authorization="AWS_IAM")

    assert recording.one("RestApi").document()["paths"]["/a"]["get"]["security"] == [{"sigv4": []}]


def test_schemas_are_renamed_with_every_reference_to_them() -> None:
    reference = "#/components/schemas/"
    user: Json = {
        "type": "object",
        "properties": {
            "status": {"$ref": f"{reference}account_status"},
            "part": {"$ref": f"{reference}a~1b/properties/c"},
            "coded": {"$ref": f"{reference}a%7E1b"},
            "other": {"$ref": "#/components/responses/simple-user"},
        },
    }
    kinds: Json = {
        "oneOf": [{"$ref": f"{reference}simple-user"}, {"$ref": f"{reference}Plain"}],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {"a": f"{reference}simple-user", "b": "simple-user", "c": "Plain"},
        },
    }
    names = {"simple-user": user, "account_status": {}, "a/b": {}, "simpleuser": {}, "Plain": {}, "Kinds": kinds}
    renamed = made(document=document(components={"schemas": names}), rename_schemas=True).one("RestApi").document()

    found = renamed["components"]["schemas"]
    assert list(found) == sorted(["simpleuser2", "accountstatus", "ab", "simpleuser", "Plain", "Kinds"])
    assert {key: value["$ref"] for key, value in found["simpleuser2"]["properties"].items()} == {
        "status": f"{reference}accountstatus",
        "part": f"{reference}ab/properties/c",
        "coded": f"{reference}ab",
        "other": "#/components/responses/simple-user",
    }
    assert [each["$ref"] for each in found["Kinds"]["oneOf"]] == [f"{reference}simpleuser2", f"{reference}Plain"]
    assert found["Kinds"]["discriminator"]["mapping"] == {
        "a": f"{reference}simpleuser2",
        "b": "simpleuser2",
        "c": "Plain",
    }


# Timeouts.


def test_an_integration_of_the_document_can_take_longer_where_the_quota_was_raised() -> None:
    given = integration(uri=invoke_uri("aws"), timeoutInMillis=60_000)

    assert made(document=given, integration_timeout_quota_ms=60_000).all("RestApi")
    assert "timeoutInMillis 60000 is not between 50 and 29,000" in refusal(
        api(document=given, integration_timeout_quota_ms=60_000, endpoint_type="EDGE")
    )
