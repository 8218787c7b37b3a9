"""aws.apigatewayv2.Api with a document, as the AWS provider handles it: import, then restore the arguments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from cross_account_sandbox.resources.table import handler

if TYPE_CHECKING:
    from sandbox_testing.resources import Login

TOKEN = "aws:apigatewayv2/api:Api"


def document(*paths: str, **more: Any) -> str:
    backend = {"type": "http_proxy", "httpMethod": "GET", "uri": "https://example.com/", "payloadFormatVersion": "1.0"}
    operation = {"responses": {}, "x-amazon-apigateway-integration": backend}
    info = {"title": "from the document", "version": "9", "description": "its own"}
    whole = {"openapi": "3.0.1", "info": info, "paths": {path: {"get": operation} for path in paths}, **more}
    return json.dumps(whole)


CORS = {"x-amazon-apigateway-cors": {"allowOrigins": ["https://a.example"]}}


def test_routes_come_from_the_document_and_settings_from_the_arguments(login: Login) -> None:
    session, row = login(), handler(TOKEN)
    inputs = row.check({"name": "pets", "protocolType": "HTTP", "description": "mine", "body": document("/a", **CORS)})
    identity, made = row.create(session, inputs)
    client = session.client("apigatewayv2")

    def routes() -> set[str]:
        return {route["RouteKey"] for route in client.get_routes(ApiId=identity)["Items"]}

    assert routes() == {"GET /a"}
    assert (made["name"], made["description"], made.get("version")) == ("pets", "mine", None)
    assert "corsConfiguration" not in made
    assert row.read(session, identity, made) == made

    wanted = {**inputs, "body": document("/b"), "corsConfiguration": {"allowOrigins": ["https://b.example"]}}
    changed = row.update(session, identity, made, wanted)
    assert routes() == {"GET /b"}
    assert changed["corsConfiguration"] == {"allowOrigins": ["https://b.example"]}

    client.create_route(ApiId=identity, RouteKey="GET /by-hand")
    row.update(session, identity, changed, {**wanted, "description": "new"})
    assert routes() == {"GET /b", "GET /by-hand"}, "the same document is not imported again"


def test_a_document_that_is_refused_leaves_no_api_behind(login: Login) -> None:
    session, row = login(), handler(TOKEN)
    body = document(paths={"/a": {"get": {"responses": {}, "x-amazon-apigateway-integration": {"type": "mock"}}}})
    with pytest.raises(ClientError, match="Warnings found during import"):
        row.create(session, {"name": "pets", "protocolType": "HTTP", "body": body, "failOnWarnings": True})
    assert session.client("apigatewayv2").get_apis()["Items"] == []
