"""RestApi with a document, as the AWS provider handles it: import, reconcile, keep a policy set elsewhere."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cross_account_sandbox.resources.table import handler

if TYPE_CHECKING:
    from cross_account_sandbox.resources.handler import Properties
    from cross_account_sandbox.resources.session import ProviderSession
    from sandbox_testing.resources import Login

TOKEN = "aws:apigateway/restApi:RestApi"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "execute-api:Invoke",
            "Resource": "arn:aws:execute-api:us-east-1:111111111111:*/*",
        }
    ],
}


def _document(*paths: str, extra: dict[str, Any] | None = None) -> str:
    method = {
        "responses": {"200": {"description": "ok"}},
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "responses": {"default": {"statusCode": "200"}},
        },
    }
    return json.dumps(
        {
            "openapi": "3.0.1",
            "info": {"title": "from the document", "version": "1"},
            "paths": {path: {"get": method} for path in paths},
            **(extra or {}),
        }
    )


def _create(session: ProviderSession, **inputs: Any) -> tuple[str, Properties]:
    row = handler(TOKEN)
    return row.create(session, row.check(inputs))


def _paths(session: ProviderSession, identity: str) -> set[str]:
    items = session.client("apigateway").get_resources(restApiId=identity, limit=500)["items"]
    return {item["path"] for item in items if item.get("resourceMethods")}


def test_arguments_win_over_what_the_document_says(login: Login) -> None:
    session = login()
    identity, made = _create(
        session,
        name="from the argument",
        description="mine",
        binaryMediaTypes=["image/png"],
        minimumCompressionSize="10",
        body=_document("/", extra={"x-amazon-apigateway-binary-media-types": ["text/csv"]}),
    )
    live = session.client("apigateway").get_rest_api(restApiId=identity)
    assert (live["name"], live["description"]) == ("from the argument", "mine")
    assert live["binaryMediaTypes"] == ["image/png"] == made["binaryMediaTypes"]
    assert live["minimumCompressionSize"] == 10


def test_what_only_the_document_says_holds_after_creation_and_is_put_back_by_the_next_one(login: Login) -> None:
    session, row = login(), handler(TOKEN)
    inputs = {"name": "a", "body": _document("/", extra={"x-amazon-apigateway-binary-media-types": ["text/csv"]})}
    identity, made = _create(session, **inputs)
    assert made["binaryMediaTypes"] == ["text/csv"]
    changed = {**inputs, "body": _document("/", extra={"x-amazon-apigateway-binary-media-types": ["text/html"]})}
    assert row.update(session, identity, made, changed)["binaryMediaTypes"] == ["text/csv"]


def test_a_new_document_replaces_the_old_ones_paths(login: Login) -> None:
    session, row = login(), handler(TOKEN)
    inputs = {"name": "a", "body": _document("/", "/old")}
    identity, made = _create(session, **inputs)
    row.update(session, identity, made, {**inputs, "body": _document("/", "/new")})
    assert _paths(session, identity) == {"/", "/new"}


def test_merge_keeps_paths_that_the_new_document_lacks(login: Login) -> None:
    session, row = login(), handler(TOKEN)
    inputs = {"name": "a", "putRestApiMode": "merge", "body": _document("/", "/old")}
    identity, made = _create(session, **inputs)
    row.update(session, identity, made, {**inputs, "body": _document("/", "/new")})
    assert _paths(session, identity) == {"/", "/old", "/new"}


def test_the_document_is_imported_again_only_when_it_changed(login: Login) -> None:
    session, row = login(), handler(TOKEN)
    inputs = {"name": "a", "body": _document("/")}
    identity, made = _create(session, **inputs)
    client = session.client("apigateway")
    root = client.get_resources(restApiId=identity)["items"][0]["id"]
    client.create_resource(restApiId=identity, parentId=root, pathPart="by-hand")
    row.update(session, identity, made, {**inputs, "description": "new"})
    assert {item["path"] for item in client.get_resources(restApiId=identity)["items"]} == {"/", "/by-hand"}


def test_the_policy_argument_survives_a_new_document(login: Login) -> None:
    session, row = login(), handler(TOKEN)
    inputs = {"name": "a", "policy": json.dumps(POLICY), "body": _document("/")}
    identity, made = _create(session, **inputs)
    changed = row.update(session, identity, made, {**inputs, "body": _document("/", "/new")})
    assert changed["policy"] == inputs["policy"]


def test_a_policy_of_its_own_resource_is_gone_after_a_new_document(login: Login) -> None:
    session, row, policies = login(), handler(TOKEN), handler("aws:apigateway/restApiPolicy:RestApiPolicy")
    inputs = {"name": "a", "body": _document("/")}
    identity, made = _create(session, **inputs)
    stated = {"restApiId": identity, "policy": json.dumps(POLICY)}
    _, policy = policies.create(session, stated)
    row.update(session, identity, made, {**inputs, "body": _document("/", "/new")})
    assert policies.read(session, identity, policy) is None


def test_a_policy_in_the_document_is_no_drift(login: Login) -> None:
    session, row = login(), handler(TOKEN)
    inputs = {"name": "a", "body": _document("/", extra={"x-amazon-apigateway-policy": POLICY})}
    identity, made = _create(session, **inputs)
    assert json.loads(made["policy"]) == POLICY
    assert row.read(session, identity, made) == made


def test_drift_of_an_argument_is_read_and_drift_of_the_document_is_not(login: Login) -> None:
    session, row = login(), handler(TOKEN)
    identity, made = _create(session, name="a", description="mine", body=_document("/"))
    client = session.client("apigateway")
    patch = [{"op": "replace", "path": "/description", "value": "theirs"}]
    client.update_rest_api(restApiId=identity, patchOperations=patch)
    root = client.get_resources(restApiId=identity)["items"][0]["id"]
    client.create_resource(restApiId=identity, parentId=root, pathPart="by-hand")
    found = row.read(session, identity, made)
    assert found is not None
    assert found["description"] == "theirs"
    assert found["body"] == made["body"]


def test_outputs_carry_the_apis_account_and_region(login: Login) -> None:
    identity, made = _create(login("333333333333", "eu-west-1"), name="a")
    assert made["executionArn"] == f"arn:aws:execute-api:eu-west-1:333333333333:{identity}"
    assert made["arn"] == f"arn:aws:apigateway:eu-west-1::/restapis/{identity}"
    assert made["rootResourceId"]


def test_the_resources_own_region_wins_over_the_providers(login: Login) -> None:
    session = login(region="us-east-1")
    identity, made = _create(session, name="a", region="eu-west-1")
    assert made["region"] == "eu-west-1"
    assert made["executionArn"].startswith("arn:aws:execute-api:eu-west-1:")
    assert session.client("apigateway", "eu-west-1").get_rest_api(restApiId=identity)["name"] == "a"
    assert session.client("apigateway").get_rest_apis()["items"] == []
