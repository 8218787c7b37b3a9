"""The example API: its operations, models and documentation are those that API Gateway's console creates."""

from __future__ import annotations

from typing import Any

import pytest

from cross_account_api.rest import openapi, petstore

DOCUMENT = petstore.document()
INTEGRATION = "x-amazon-apigateway-integration"
ORIGIN = "method.response.header.Access-Control-Allow-Origin"


def integration(method: str, path: str) -> dict[str, Any]:
    value: dict[str, Any] = DOCUMENT["paths"][path][method][INTEGRATION]
    return value


def test_it_has_six_operations_on_three_resources() -> None:
    assert openapi.operations(DOCUMENT) == [
        ("GET", "/"),
        ("GET", "/pets"),
        ("POST", "/pets"),
        ("OPTIONS", "/pets"),
        ("GET", "/pets/{petId}"),
        ("OPTIONS", "/pets/{petId}"),
    ]


@pytest.mark.parametrize(("method", "path"), [(m.lower(), p) for m, p in openapi.operations(DOCUMENT)])
def test_every_operation_has_the_one_response_200_and_the_one_default(method: str, path: str) -> None:
    operation = DOCUMENT["paths"][path][method]

    assert set(operation["responses"]) == {"200"}
    assert set(operation[INTEGRATION]["responses"]) == {"default"}
    assert operation[INTEGRATION]["responses"]["default"]["statusCode"] == "200"
    assert operation[INTEGRATION]["passthroughBehavior"] == "when_no_match"


@pytest.mark.parametrize(
    ("method", "path", "uri"),
    [("get", "/pets", "/pets"), ("post", "/pets", "/pets"), ("get", "/pets/{petId}", "/pets/{petId}")],
)
def test_pets_come_over_http_from_the_backend(method: str, path: str, uri: str) -> None:
    given = integration(method, path)

    assert (given["type"], given["httpMethod"]) == ("http", method.upper())
    assert given["uri"] == f"http://petstore-demo-endpoint.execute-api.com/petstore{uri}"
    assert given["responses"]["default"]["responseParameters"] == {ORIGIN: "'*'"}


def test_the_backend_is_a_parameter() -> None:
    document = petstore.document(backend_url="https://pets.example.com/")

    assert document["paths"]["/pets"]["get"][INTEGRATION]["uri"] == "https://pets.example.com/petstore/pets"


def test_query_and_path_parameters_are_passed_on() -> None:
    assert integration("get", "/pets")["requestParameters"] == {
        "integration.request.querystring.page": "method.request.querystring.page",
        "integration.request.querystring.type": "method.request.querystring.type",
    }
    assert integration("get", "/pets/{petId}")["requestParameters"] == {
        "integration.request.path.petId": "method.request.path.petId"
    }


@pytest.mark.parametrize(("path", "methods"), [("/pets", "POST,GET,OPTIONS"), ("/pets/{petId}", "GET,OPTIONS")])
def test_preflights_are_mocks_that_allow_what_the_resource_takes(path: str, methods: str) -> None:
    given = integration("options", path)

    assert given["type"] == "mock"
    assert given["requestTemplates"] == {"application/json": '{"statusCode": 200}'}
    assert given["responses"]["default"]["responseParameters"] == {
        "method.response.header.Access-Control-Allow-Methods": f"'{methods}'",
        "method.response.header.Access-Control-Allow-Headers": "'Content-Type,X-Amz-Date,Authorization,X-Api-Key'",
        ORIGIN: "'*'",
    }


def test_the_root_answers_its_page_with_links_of_the_stage() -> None:
    default = integration("get", "/")["responses"]["default"]

    assert default["responseParameters"] == {"method.response.header.Content-Type": "'text/html'"}
    page = default["responseTemplates"]["text/html"]
    assert 'href="/$context.stage/pets/" target="_blank"' in page
    assert 'href="/$context.stage/pets/1" target="_blank"' in page
    assert '"price": 123.11' in page


def test_the_models_are_those_of_the_example() -> None:
    models = DOCUMENT["components"]["schemas"]

    assert set(models) == {"Pets", "Pet", "NewPet", "NewPetResponse", "PetType", "Empty"}
    assert models["PetType"]["enum"] == ["dog", "cat", "fish", "bird", "gecko"]
    assert not [model for model in models.values() if "required" in model]


def test_operation_ids_and_bodies_are_those_of_the_example() -> None:
    post = DOCUMENT["paths"]["/pets"]["post"]

    assert (post["operationId"], DOCUMENT["paths"]["/pets/{petId}"]["get"]["operationId"]) == ("CreatePet", "GetPet")
    assert post["requestBody"]["required"] is True
    assert post["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith("/NewPet")
    assert post["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/NewPetResponse")


def test_it_has_fourteen_documentation_parts() -> None:
    parts = DOCUMENT["x-amazon-apigateway-documentation"]["documentationParts"]
    kinds = [part["location"]["type"] for part in parts]

    assert {kind: kinds.count(kind) for kind in kinds} == {
        "API": 1,
        "METHOD": 4,
        "PATH_PARAMETER": 1,
        "QUERY_PARAMETER": 2,
        "REQUEST_BODY": 1,
        "RESPONSE": 1,
        "RESPONSE_HEADER": 4,
    }
