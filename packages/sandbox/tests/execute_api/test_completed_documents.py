"""Documents that API Gateway refuses work once the components have completed them: deployed and called."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from aws_rules.import_rules import with_model_names
from cross_account_api.rest import unserved

if TYPE_CHECKING:
    from sandbox_testing.server import SandboxUnderTest

Json = dict[str, Any]

PETS: Json = {
    "openapi": "3.0.1",
    "info": {"title": "pets", "version": "1"},
    "paths": {
        "/pets": {
            "get": {"responses": {"200": {"description": "ok"}}},
            "post": {
                "requestBody": {"content": {"application/xml": {"schema": {"$ref": "#/components/schemas/new-pet"}}}},
                "responses": {"201": {"description": "made"}},
            },
        }
    },
    "components": {
        "schemas": {
            "new-pet": {"type": "object", "properties": {"owner": {"$ref": "#/components/schemas/pet_owner"}}},
            "pet_owner": {"type": "string"},
        }
    },
}


def deployed(gateway: Any, document: Json) -> str:
    api: str = gateway.import_rest_api(body=json.dumps(document).encode())["id"]
    gateway.create_deployment(restApiId=api, stageName="dev")
    return api


def test_operations_that_nothing_serves_answer_501_to_every_declared_media_type(sandbox: SandboxUnderTest) -> None:
    gateway = sandbox.client("apigateway")
    named = with_model_names(PETS)
    with pytest.raises(ClientError, match="No integration defined for method"):
        deployed(gateway, named)

    operations = unserved.unserved_operations(named, [])
    api = deployed(gateway, unserved.with_not_implemented(named, operations, origin="https://pets.example.com"))

    url = f"/_aws/execute-api/{api}/dev/pets"
    for verb, kind in (("GET", ""), ("POST", "application/json"), ("POST", "application/xml")):
        reply = sandbox.request(
            verb, url, body="<pet/>" if kind else "", headers={"Content-Type": kind} if kind else {}
        )
        assert (reply.status, reply.json()) == (501, {"message": "Not Implemented"})
        assert reply.header("Access-Control-Allow-Origin") == "https://pets.example.com"
    assert sandbox.request("POST", url, body="x", headers={"Content-Type": "text/plain"}).status == 415


def test_renamed_schemas_are_imported_and_refer_to_each_other(sandbox: SandboxUnderTest) -> None:
    gateway = sandbox.client("apigateway")
    with pytest.raises(ClientError, match="Model name must be alphanumeric: new-pet"):
        gateway.import_rest_api(body=json.dumps(PETS).encode())

    api = gateway.import_rest_api(body=json.dumps(with_model_names(PETS)).encode())["id"]

    assert {each["name"] for each in gateway.get_models(restApiId=api)["items"]} >= {"newpet", "petowner"}
    flat = json.loads(gateway.get_model(restApiId=api, modelName="newpet", flatten=True)["schema"])
    assert flat["definitions"] == {"petowner": {"type": "string"}}
