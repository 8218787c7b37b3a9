"""GetExport, and that what is exported imports to the same definition again."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.sandbox.apigateway.documents import INVOKE, document, mock, petstore, proxy

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.conftest import SandboxUnderTest

Json = dict[str, Any]
Refusal = tuple[int, str, str]


@pytest.fixture
def pets(served: Callable[..., Json]) -> Json:
    return served(json.dumps(petstore()).encode())


def export(gateway: Any, api: Json, kind: str = "oas30", **params: Any) -> Any:
    return gateway.get_export(restApiId=api["id"], stageName="dev", exportType=kind, **params)


def test_without_extensions_the_document_says_nothing_of_aws(gateway: Any, pets: Json) -> None:
    answer = export(gateway, pets)
    exported = json.loads(answer["body"].read())
    assert exported["openapi"] == "3.0.1"
    assert exported["info"] == {"title": "PetStore", "description": "An API over HTTP backends", "version": "0.0.1"}
    assert exported["servers"] == [
        {
            "url": f"https://{pets['id']}.execute-api.us-east-1.amazonaws.com/{{basePath}}",
            "variables": {"basePath": {"default": "/dev"}},
        }
    ]
    assert "x-amazon" not in json.dumps(exported)
    assert exported["components"]["schemas"]["Pets"] == {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}
    assert answer["contentDisposition"].startswith('attachment; filename="oas30_')


def test_integrations_come_where_asked(gateway: Any, pets: Json) -> None:
    exported = json.loads(export(gateway, pets, parameters={"extensions": "integrations"})["body"].read())
    integration = exported["paths"]["/pets"]["get"]["x-amazon-apigateway-integration"]
    assert (integration["type"], integration["passthroughBehavior"]) == ("http", "when_no_match")
    assert integration["responses"]["default"]["statusCode"] == "200"


def test_an_export_is_of_what_the_stage_serves_not_of_what_was_edited(gateway: Any, pets: Json) -> None:
    gateway.put_rest_api(restApiId=pets["id"], mode="overwrite", body=document({"/dogs": {"get": mock()}}))
    assert sorted(json.loads(export(gateway, pets)["body"].read())["paths"]) == ["/", "/pets", "/pets/{petId}"]


def test_yaml_is_the_same_document(gateway: Any, pets: Json) -> None:
    parameters = {"extensions": "apigateway"}
    as_json = json.loads(export(gateway, pets, parameters=parameters)["body"].read())
    as_yaml = yaml.safe_load(export(gateway, pets, parameters=parameters, accepts="application/yaml")["body"].read())
    assert as_yaml == as_json


def test_an_unknown_type_is_refused(gateway: Any, pets: Json, refusal: Callable[..., Refusal]) -> None:
    assert refusal(gateway.get_export, restApiId=pets["id"], stageName="dev", exportType="raml")[:2] == (
        400,
        "BadRequestException",
    )


def everything() -> Json:
    """A document that uses each thing that an export must carry."""
    whole = petstore()
    whole["components"]["securitySchemes"] = {
        "tokens": {
            "type": "apiKey",
            "name": "X-Token",
            "in": "header",
            "x-amazon-apigateway-authtype": "oauth2",
            "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": INVOKE},
        },
        "requests": {
            "type": "apiKey",
            "name": "Unused",
            "in": "header",
            "x-amazon-apigateway-authtype": "custom",
            "x-amazon-apigateway-authorizer": {
                "type": "request",
                "authorizerUri": INVOKE,
                "identitySource": "method.request.header.a,method.request.querystring.b",
                "authorizerResultTtlInSeconds": 0,
            },
        },
        "api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
        "sigv4": {
            "type": "apiKey",
            "name": "Authorization",
            "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4",
        },
    }
    whole["paths"]["/token"] = {"get": {**mock(), "security": [{"tokens": []}, {"api_key": []}]}}
    whole["paths"]["/request"] = {"get": {**mock(), "security": [{"requests": []}]}}
    whole["paths"]["/signed/{proxy+}"] = {
        "x-amazon-apigateway-any-method": {
            **proxy(timeoutInMillis=100, credentials="arn:aws:iam::111111111111:role/caller"),
            "security": [{"sigv4": []}],
            "x-amazon-apigateway-request-validator": "all",
        }
    }
    return {
        **whole,
        "x-amazon-apigateway-request-validators": {
            "all": {"validateRequestBody": True, "validateRequestParameters": True}
        },
        "x-amazon-apigateway-gateway-responses": {
            "DEFAULT_5XX": {"responseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}},
            "THROTTLED": {"statusCode": "503", "responseTemplates": {"application/json": "{}"}},
        },
        "x-amazon-apigateway-policy": {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
            ],
        },
        "x-amazon-apigateway-binary-media-types": ["image/png"],
        "x-amazon-apigateway-minimum-compression-size": 1024,
        "x-amazon-apigateway-api-key-source": "AUTHORIZER",
    }


@pytest.mark.parametrize("kind", ["oas30", "swagger"])
def test_an_exported_api_imports_to_the_same_definition(
    sandbox: SandboxUnderTest, gateway: Any, served: Callable[..., Json], kind: str
) -> None:
    api = served(json.dumps(everything()).encode())
    stored = sandbox.world.apigateway("111111111111", "us-east-1").rest_apis[api["id"]]
    before = copy.deepcopy(stored.definition)
    body = export(gateway, api, kind, parameters={"extensions": "apigateway"})["body"].read()
    gateway.put_rest_api(restApiId=api["id"], mode="overwrite", body=body, failOnWarnings=True)
    assert stored.definition == before
