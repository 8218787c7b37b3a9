"""GetExport; importing an export again gives the same definition."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from sandbox_testing.documents import document, everything, mock, petstore

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.server import SandboxUnderTest

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
