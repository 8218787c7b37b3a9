"""How documents are imported."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from cross_account_api.rest import petstore as petstore_of_the_program
from sandbox_testing.documents import BACKEND, INVOKE, document, mock, petstore, petstore_swagger, proxy

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(petstore()).encode(),
        yaml.safe_dump(petstore()).encode(),
        json.dumps(petstore_swagger()).encode(),
        yaml.safe_dump(petstore_swagger()).encode(),
    ],
    ids=["openapi json", "openapi yaml", "swagger json", "swagger yaml"],
)
def test_the_consoles_petstore_imports_fully_in_both_versions_and_notations(
    gateway: Any, methods: Callable[[str], dict[str, Json]], body: bytes
) -> None:
    api = gateway.import_rest_api(body=body)
    assert (api["name"], api["description"], api["version"]) == ("PetStore", "An API over HTTP backends", "0.0.1")
    found = methods(api["id"])
    assert sorted(found) == [
        "GET /",
        "GET /pets",
        "GET /pets/{petId}",
        "OPTIONS /pets",
        "OPTIONS /pets/{petId}",
        "POST /pets",
    ]
    pets = found["GET /pets"]
    assert pets["requestParameters"] == {
        "method.request.querystring.page": False,
        "method.request.querystring.type": False,
    }
    assert pets["methodResponses"] == {
        "200": {
            "statusCode": "200",
            "responseModels": {"application/json": "Pets"},
            "responseParameters": {"method.response.header.Access-Control-Allow-Origin": False},
        }
    }
    integration = pets["methodIntegration"]
    assert (integration["type"], integration["httpMethod"], integration["uri"]) == ("HTTP", "GET", f"{BACKEND}/pets")
    assert (integration["connectionType"], integration["timeoutInMillis"]) == ("INTERNET", 29_000)
    assert integration["integrationResponses"]["200"]["responseParameters"] == {
        "method.response.header.Access-Control-Allow-Origin": "'*'"
    }
    assert found["POST /pets"]["requestModels"] == {"application/json": "NewPet"}
    assert found["POST /pets"]["operationName"] == "CreatePet"
    assert found["GET /pets/{petId}"]["requestParameters"] == {"method.request.path.petId": True}
    assert found["GET /"]["methodIntegration"]["requestTemplates"] == {"application/json": '{"statusCode": 200}'}


def test_models_refer_to_each_other_by_the_apis_url(gateway: Any) -> None:
    api = gateway.import_rest_api(body=json.dumps(petstore()).encode())
    items = gateway.get_models(restApiId=api["id"])["items"]
    models = {model["name"]: json.loads(model["schema"]) for model in items}
    assert sorted(models) == ["Empty", "NewPet", "NewPetResponse", "Pet", "PetType", "Pets"]
    assert models["Pets"] == {
        "type": "array",
        "items": {"$ref": f"https://apigateway.amazonaws.com/restapis/{api['id']}/models/Pet"},
    }


def test_documentation_parts_come_from_the_extension_and_its_version_is_published(gateway: Any) -> None:
    api = gateway.import_rest_api(body=json.dumps(petstore()).encode())
    parts = gateway.get_documentation_parts(restApiId=api["id"], type="METHOD", path="/pets")["items"]
    summaries = [json.loads(part["properties"]) for part in parts if part["location"]["method"] == "GET"]
    assert summaries == [{"summary": "All pets", "tags": ["pets"]}]
    versions = gateway.get_documentation_versions(restApiId=api["id"])["items"]
    assert [version["version"] for version in versions] == ["v2.1"]


def test_the_any_method_is_a_method_of_its_own(
    imported: Callable[..., Json], methods: Callable[[str], dict[str, Json]]
) -> None:
    greedy = {"name": "proxy", "in": "path", "required": True, "schema": {"type": "string"}}
    paths = {"/{proxy+}": {"x-amazon-apigateway-any-method": proxy(), "parameters": [greedy]}}
    found = methods(imported(document(paths))["id"])
    assert list(found) == ["ANY /{proxy+}"]
    assert found["ANY /{proxy+}"]["requestParameters"] == {"method.request.path.proxy": True}
    assert found["ANY /{proxy+}"]["methodIntegration"]["uri"] == INVOKE


def test_a_mock_integration_needs_no_uri_and_info_no_description(imported: Callable[..., Json]) -> None:
    assert "description" not in imported(document({"/": {"get": mock()}}))


def test_servers_and_summaries_of_a_path_are_no_methods(
    imported: Callable[..., Json], methods: Callable[[str], dict[str, Json]]
) -> None:
    item = {"summary": "s", "description": "d", "servers": [{"url": "/"}], "get": mock()}
    assert list(methods(imported(document({"/a": item}))["id"])) == ["GET /a"]


def test_every_member_of_an_integration_is_kept(
    imported: Callable[..., Json], methods: Callable[[str], dict[str, Json]]
) -> None:
    operation = {
        "responses": {"200": {"description": "a"}, "500": {"description": "b"}},
        "x-amazon-apigateway-integration": {
            "type": "HTTP",
            "httpMethod": "post",
            "uri": "https://backend.example/x",
            "credentials": "arn:aws:iam::111111111111:role/caller",
            "passthroughBehavior": "NEVER",
            "contentHandling": "convert_to_text",
            "timeoutInMillis": 50,
            "cacheNamespace": "space",
            "tlsConfig": {"insecureSkipVerification": True},
            "requestParameters": {"integration.request.header.x": "'fixed'"},
            "requestTemplates": {"text/plain": "$input.body"},
            "responses": {
                "default": {"statusCode": 200, "responseTemplates": {"application/json": "{}"}},
                "5\\d{2}": {"statusCode": "500", "contentHandling": "CONVERT_TO_BINARY"},
            },
        },
    }
    found = methods(imported(document({"/": {"post": operation}}))["id"])["POST /"]["methodIntegration"]
    assert {key: found[key] for key in ("type", "httpMethod", "credentials", "passthroughBehavior")} == {
        "type": "HTTP",
        "httpMethod": "POST",
        "credentials": "arn:aws:iam::111111111111:role/caller",
        "passthroughBehavior": "NEVER",
    }
    assert (found["contentHandling"], found["timeoutInMillis"]) == ("CONVERT_TO_TEXT", 50)
    assert (found["cacheNamespace"], found["tlsConfig"]) == ("space", {"insecureSkipVerification": True})
    assert found["requestParameters"] == {"integration.request.header.x": "'fixed'"}
    assert found["integrationResponses"] == {
        "200": {"statusCode": "200", "responseTemplates": {"application/json": "{}"}},
        "500": {"statusCode": "500", "selectionPattern": "5\\d{2}", "contentHandling": "CONVERT_TO_BINARY"},
    }


def test_settings_of_the_document_become_the_apis(gateway: Any, imported: Callable[..., Json]) -> None:
    api = imported(
        document(
            {"/": {"get": mock()}},
            servers=[{"url": "/", "x-amazon-apigateway-endpoint-configuration": {"disableExecuteApiEndpoint": True}}],
            **{
                "x-amazon-apigateway-binary-media-types": ["image/png"],
                "x-amazon-apigateway-minimum-compression-size": 0,
                "x-amazon-apigateway-api-key-source": "AUTHORIZER",
                "x-amazon-apigateway-gateway-responses": {
                    "DEFAULT_4XX": {"responseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}}
                },
            },
        )
    )
    assert (api["binaryMediaTypes"], api["minimumCompressionSize"]) == (["image/png"], 0)
    assert (api["apiKeySource"], api["disableExecuteApiEndpoint"]) == ("AUTHORIZER", True)
    response = gateway.get_gateway_response(restApiId=api["id"], responseType="DEFAULT_4XX")
    assert response["responseParameters"] == {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}
    assert response["defaultResponse"] is False
    inherited = gateway.get_gateway_response(restApiId=api["id"], responseType="UNAUTHORIZED")
    assert (inherited["statusCode"], inherited["defaultResponse"]) == ("401", True)
    assert inherited["responseParameters"] == response["responseParameters"]


def test_aws_variables_stand_for_the_importing_account_and_region(
    imported: Callable[..., Json], methods: Callable[[str], dict[str, Json]]
) -> None:
    uri = (
        "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/"
        "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:f/invocations"
    )
    found = methods(imported(document({"/": {"get": proxy(uri)}}))["id"])
    assert found["GET /"]["methodIntegration"]["uri"] == (
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
        "arn:aws:lambda:us-east-1:111111111111:function:f/invocations"
    )


@pytest.mark.parametrize(
    ("mode", "path"), [("ignore", "/pets"), ("prepend", "/dev/v1/pets"), ("split", "/v1/pets")], ids=str
)
def test_the_servers_path_is_ignored_prepended_or_split(
    imported: Callable[..., Json], methods: Callable[[str], dict[str, Json]], mode: str, path: str
) -> None:
    body = document({"/pets": {"get": mock()}}, servers=[{"url": "https://api.example.com/dev/v1"}])
    assert list(methods(imported(body, parameters={"basepath": mode})["id"])) == [f"GET {path}"]


@pytest.mark.parametrize(
    ("url", "path"),
    [("https://api.example.com", "/v2/pets"), ("https://api.example.com/{basePath}", "/v2/pets"), ("/", "/v2/pets")],
)
def test_the_variable_base_path_is_prepended_whether_the_url_uses_it_or_not(
    imported: Callable[..., Json], methods: Callable[[str], dict[str, Json]], url: str, path: str
) -> None:
    servers = [{"url": url, "variables": {"basePath": {"default": "/v2"}}}]
    body = document({"/pets": {"get": mock()}}, servers=servers)
    assert list(methods(imported(body, parameters={"basepath": "prepend"})["id"])) == [f"GET {path}"]


@pytest.mark.parametrize("servers", [{"url": "https://api.example.com/dev"}, {}, "https://api.example.com"])
def test_servers_that_are_no_list_are_ignored(
    imported: Callable[..., Json], methods: Callable[[str], dict[str, Json]], servers: Any
) -> None:
    body = document({"/pets": {"get": mock()}}, servers=servers)
    assert list(methods(imported(body, parameters={"basepath": "prepend"})["id"])) == ["GET /pets"]


def test_references_to_parameters_bodies_and_responses_are_followed(
    imported: Callable[..., Json], methods: Callable[[str], dict[str, Json]]
) -> None:
    components = {
        "schemas": {"Thing": {"type": "object"}},
        "parameters": {"trace": {"name": "x-trace", "in": "header", "required": True, "schema": {"type": "string"}}},
        "requestBodies": {
            "thing": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
        },
        "responses": {
            "ok": {
                "description": "ok",
                "headers": {"x-count": {"schema": {"type": "integer"}}},
                "content": {
                    "application/json": {"schema": {"type": "object", "properties": {"n": {"type": "integer"}}}}
                },
            }
        },
    }
    operation = {
        "parameters": [{"$ref": "#/components/parameters/trace"}],
        "requestBody": {"$ref": "#/components/requestBodies/thing"},
        "responses": {"200": {"$ref": "#/components/responses/ok"}},
        "x-amazon-apigateway-integration": {"type": "mock", "responses": {"default": {"statusCode": "200"}}},
    }
    found = methods(imported(document({"/": {"post": operation}}, components=components))["id"])["POST /"]
    assert found["requestParameters"] == {"method.request.header.x-trace": True}
    assert found["requestModels"] == {"application/json": "Thing"}
    assert found["methodResponses"]["200"]["responseParameters"] == {"method.response.header.x-count": False}
    # An inline schema becomes a model with a generated name.
    assert found["methodResponses"]["200"]["responseModels"]["application/json"].startswith("MODEL")


def test_variables_of_a_path_are_parameters_without_being_declared(
    imported: Callable[..., Json], methods: Callable[[str], dict[str, Json]]
) -> None:
    found = methods(imported(document({"/echo/{data}/{rest+}": {"get": mock()}}))["id"])
    assert found["GET /echo/{data}/{rest+}"]["requestParameters"] == {
        "method.request.path.data": True,
        "method.request.path.rest": True,
    }


def test_a_mapping_that_is_no_text_is_dropped_with_a_warning(
    imported: Callable[..., Json], methods: Callable[[str], dict[str, Json]]
) -> None:
    mappings = {"integration.request.header.nothing": True, "integration.request.header.some": "'x'"}
    api = imported(document({"/test": {"get": mock(requestParameters=mappings)}}))
    assert api["warnings"] == [
        (
            "Invalid format for 'requestParameters'. Expected type string for property "
            "'integration.request.header.nothing' of resource '/test' and method 'GET' but got 'true'"
        )
    ]
    integration = methods(api["id"])["GET /test"]["methodIntegration"]
    assert integration["requestParameters"] == {"integration.request.header.some": "'x'"}


def test_the_programs_own_petstore_imports_without_a_warning(
    gateway: Any, methods: Callable[[str], dict[str, Json]]
) -> None:
    body = json.dumps(petstore_of_the_program.document()).encode()
    api = gateway.import_rest_api(body=body, failOnWarnings=True)
    gateway.create_deployment(restApiId=api["id"], stageName="dev")
    assert len(methods(api["id"])) == 6


def test_a_method_is_tried_as_edited_without_a_deployment(gateway: Any, imported: Callable[..., Json]) -> None:
    responses = {"default": {"statusCode": "200", "responseTemplates": {"application/json": '{"pets": []}'}}}
    api = imported(document({"/": {"get": mock(responses=responses)}}))
    tried = gateway.test_invoke_method(restApiId=api["id"], resourceId=api["rootResourceId"], httpMethod="GET")
    assert (tried["status"], tried["body"]) == (200, '{"pets": []}')
    assert "Method completed with status: 200" in tried["log"]
