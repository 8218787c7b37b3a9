"""Lambda routes in an OpenAPI document."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aws_rules.policies import source_ip_policy
from cross_account_api.rest import guards, openapi, petstore
from cross_account_api.rest.openapi import LambdaRoute
from tests.components.builders import made

URI = (
    "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:eu-west-1:222222222222:function:hello:live/invocations"
)
INTEGRATION = "x-amazon-apigateway-integration"


def body(*routes: tuple[str, str], **changes: Any) -> dict[str, Any]:
    """The API's document."""
    return made(*routes, **changes).one("RestApi").document()


def test_a_route_of_the_document_is_taken_by_the_function_and_the_others_stay() -> None:
    before = petstore.document()
    after = openapi.with_lambda_routes(before, [LambdaRoute(method="GET", path="/", uri=URI)])

    assert after["paths"]["/"]["get"][INTEGRATION] == {
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": URI,
        "passthroughBehavior": "when_no_match",
    }
    assert {path: item for path, item in after["paths"].items() if path != "/"} == {
        path: item for path, item in before["paths"].items() if path != "/"
    }
    assert before == petstore.document()


def test_credentials_and_timeout_are_there_when_they_are_given() -> None:
    route = LambdaRoute(method="GET", path="/", uri=URI, credentials="arn:aws:iam::1:role/r", timeout_ms=5000)
    integration = openapi.with_lambda_routes(petstore.document(), [route])["paths"]["/"]["get"][INTEGRATION]

    assert (integration["credentials"], integration["timeoutInMillis"]) == ("arn:aws:iam::1:role/r", 5000)


def test_any_has_the_key_that_api_gateway_knows() -> None:
    document = openapi.from_routes("t", [("ANY", "/{proxy+}")])

    assert openapi.operations(document) == [("ANY", "/{proxy+}")]
    assert document["paths"]["/{proxy+}"]["x-amazon-apigateway-any-method"]["parameters"] == [
        {"name": "proxy", "in": "path", "required": True, "schema": {"type": "string"}}
    ]


def test_operations_can_be_declared_beside_those_of_a_document() -> None:
    document = openapi.with_operations(petstore.document(), [("GET", "/users"), ("GET", "/")])

    assert ("GET", "/users") in openapi.operations(document)
    assert document["paths"]["/"] == petstore.document()["paths"]["/"]


def test_without_a_document_every_path_answers_the_cors_preflight_except_an_open_any() -> None:
    paths = body(("GET", "/a"), ("POST", "/a"), ("ANY", "/b"))["paths"]

    allowed = paths["/a"]["options"][INTEGRATION]["responses"]["default"]["responseParameters"]
    assert allowed["method.response.header.Access-Control-Allow-Methods"] == "'GET,POST,OPTIONS'"
    assert allowed["method.response.header.Access-Control-Allow-Origin"] == "'*'"
    assert "options" not in paths["/b"]


def test_without_cors_there_is_neither_preflight_nor_gateway_response() -> None:
    document = body(("GET", "/a"), cors_origin=None)

    assert set(document["paths"]["/a"]) == {"get"}
    assert "x-amazon-apigateway-gateway-responses" not in document


def test_gateway_responses_carry_cors_headers_on_4xx_and_5xx() -> None:
    responses = body(cors_origin="https://pets.example.com")["x-amazon-apigateway-gateway-responses"]

    assert set(responses) == {"DEFAULT_4XX", "DEFAULT_5XX"}
    assert {
        each["responseParameters"]["gatewayresponse.header.Access-Control-Allow-Origin"] for each in responses.values()
    } == {"'https://pets.example.com'"}


def test_gateway_responses_of_the_document_itself_stay() -> None:
    key = "x-amazon-apigateway-gateway-responses"
    own = {"DEFAULT_4XX": {"statusCode": "418"}}
    added: dict[str, Any] = {kind: {"responseParameters": {}} for kind in ("DEFAULT_4XX", "DEFAULT_5XX")}
    document = openapi.with_api_properties(
        {"paths": {}, key: own}, title="pets", description="", gateway_responses=added
    )

    assert document[key] == {"DEFAULT_4XX": own["DEFAULT_4XX"], "DEFAULT_5XX": added["DEFAULT_5XX"]}


def test_the_resource_policy_is_only_in_the_document() -> None:
    policy = source_ip_policy(["192.0.2.0/24"])
    recording = made(resource_policy=policy)
    api = recording.one("RestApi")

    assert api.document()["x-amazon-apigateway-policy"] == policy
    assert "policy" not in api.inputs
    assert recording.all("RestApiPolicy") == []


def test_title_description_binary_types_and_compression_are_the_same_as_argument_and_in_the_document() -> None:
    api = made(title="Shop", description="Pets", binary_types=["image/png"], minimum_compression_size=1024).one(
        "RestApi"
    )
    document = api.document()

    assert (api.inputs["name"], api.inputs["description"]) == ("Shop", "Pets")
    assert (document["info"]["title"], document["info"]["description"]) == ("Shop", "Pets")
    assert api.inputs["binaryMediaTypes"] == document["x-amazon-apigateway-binary-media-types"] == ["image/png"]
    assert api.inputs["minimumCompressionSize"] == "1024"
    assert document["x-amazon-apigateway-minimum-compression-size"] == 1024


def test_a_disabled_default_endpoint_survives_the_import() -> None:
    api = made(disable_default_endpoint=True).one("RestApi")

    assert api.inputs["disableExecuteApiEndpoint"] is True
    assert api.document()["servers"][0]["x-amazon-apigateway-endpoint-configuration"] == {
        "disableExecuteApiEndpoint": True
    }


@pytest.mark.parametrize("endpoint", ["REGIONAL", "EDGE"])
def test_the_endpoint_type_is_the_apis(endpoint: str) -> None:
    assert made(endpoint_type=endpoint).one("RestApi").inputs["endpointConfiguration"] == {"types": endpoint}


def test_the_same_document_is_the_same_text_in_any_order() -> None:
    routes = [("GET", "/a"), ("POST", "/b")]

    assert openapi.rendered(openapi.from_routes("t", routes)) == openapi.rendered(
        openapi.from_routes("t", routes[::-1])
    )
    assert json.loads(openapi.rendered(petstore.document())) == petstore.document()


def test_putting_a_document_together_leaves_the_given_one_as_it_was() -> None:
    given = petstore.document()
    routes = [LambdaRoute(method="GET", path="/pets", uri=URI)]
    document = openapi.with_operations(given, [("GET", "/users")])
    document = openapi.with_lambda_routes(document, routes)
    document = openapi.with_preflight(document, ["/", "/users"], origin="*")
    document = openapi.with_security_schemes(document, {"gate": {}})
    document = guards.with_guards(document, guards.wanted_guards(document, [("GET", "/pets", "gate")], "AWS_IAM"))
    openapi.with_api_properties(document, title="t", description="d", gateway_responses={"DEFAULT_4XX": {}})

    assert given == petstore.document()
