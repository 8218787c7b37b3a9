"""The PetStore example API of the console as an OpenAPI 3.0 document. Pure.

Converted from the console's own import document (Swagger 2.0, awsdocs/aws-doc-sdk-examples, example-api.json): six
operations on three resources, six models, fourteen documentation parts. The texts of the page and the descriptions are
our own.
"""

from __future__ import annotations

from typing import Any

from cross_account_api.errors import ArgumentError

Json = dict[str, Any]

#: AWS's demo backend; plain HTTP, as in the console's document.
BACKEND_URL = "http://petstore-demo-endpoint.execute-api.com"

_PETSTORE = "/petstore"
_ORIGIN = "Access-Control-Allow-Origin"
_METHODS = "Access-Control-Allow-Methods"
_HEADERS = "Access-Control-Allow-Headers"
_ALLOWED_HEADERS = "'Content-Type,X-Amz-Date,Authorization,X-Api-Key'"

#: The page that GET / answers; a mapping template, in which API Gateway inserts the stage.
WELCOME_PAGE = """<html>
  <head>
    <style>
      body { color: #333; font-family: sans-serif; max-width: 800px; margin: auto; }
    </style>
  </head>
  <body>
    <h1>Welcome to your Pet Store API</h1>
    <p>Your API is deployed. This page is its own answer: GET on the root is a mock integration that returns it.</p>
    <p>Two resources are there, <code>/pets</code> and <code>/pets/{petId}</code>. Look at
      <a href="/$context.stage/pets/" target="_blank">all pets</a> or at
      <a href="/$context.stage/pets/1" target="_blank">the first one</a>.</p>
    <p>To add a pet, POST a body like this one with a REST client, for instance
      <a href="https://www.getpostman.com" target="_blank">Postman</a>:</p>
    <pre>
{
    "type": "cat",
    "price": 123.11
}
    </pre>
  </body>
</html>"""


def document(*, title: str = "PetStore", backend_url: str = BACKEND_URL) -> Json:
    """The whole document. `backend_url` is the base URL; raises ArgumentError if it ends with `/petstore`."""
    if fault := backend_url_fault(backend_url):
        raise ArgumentError(f"backend_url {backend_url!r} {fault}: use {base_url(backend_url)}")
    backend = f"{backend_url.rstrip('/')}/petstore"
    return {
        "openapi": "3.0.1",
        "info": {
            "title": title,
            "description": "A first API: pets over HTTP from AWS's demonstration Pet Store.",
            "version": "0.0.1",
        },
        "paths": {
            "/": {"get": _welcome()},
            "/pets": {
                "get": _list_pets(backend),
                "post": _create_pet(backend),
                "options": _preflight("POST,GET,OPTIONS"),
            },
            "/pets/{petId}": {"get": _get_pet(backend), "options": _preflight("GET,OPTIONS", parameters=[_pet_id()])},
        },
        "components": {"schemas": _models()},
        "x-amazon-apigateway-documentation": {"documentationParts": _documentation()},
    }


def backend_url_fault(url: str) -> str | None:
    """Why this URL cannot be the base URL; None if it can."""
    return "already ends in /petstore, which the document adds" if url.rstrip("/").endswith(_PETSTORE) else None


def base_url(url: str) -> str:
    """The URL without trailing slashes and without `/petstore`."""
    url = url.rstrip("/")
    return base_url(url.removesuffix(_PETSTORE)) if url.endswith(_PETSTORE) else url


def _welcome() -> Json:
    return {
        "tags": ["pets"],
        "description": "HTML page with API usage",
        "responses": {"200": _response(None, "Content-Type")},
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "passthroughBehavior": "when_no_match",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "responses": {
                "default": {
                    "statusCode": "200",
                    "responseParameters": {"method.response.header.Content-Type": "'text/html'"},
                    "responseTemplates": {"text/html": WELCOME_PAGE},
                }
            },
        },
    }


def _list_pets(backend: str) -> Json:
    return {
        "tags": ["pets"],
        "summary": "List all pets",
        "parameters": [_query("type", "Kind of pet"), _query("page", "Page of the list")],
        "responses": {"200": _response("Pets", _ORIGIN)},
        "x-amazon-apigateway-integration": _http(
            "GET",
            f"{backend}/pets",
            {
                "integration.request.querystring.page": "method.request.querystring.page",
                "integration.request.querystring.type": "method.request.querystring.type",
            },
        ),
    }


def _create_pet(backend: str) -> Json:
    return {
        "tags": ["pets"],
        "operationId": "CreatePet",
        "summary": "Create a pet",
        "requestBody": {"content": {"application/json": {"schema": _model("NewPet")}}, "required": True},
        "responses": {"200": _response("NewPetResponse", _ORIGIN)},
        "x-amazon-apigateway-integration": _http("POST", f"{backend}/pets"),
    }


def _get_pet(backend: str) -> Json:
    return {
        "tags": ["pets"],
        "operationId": "GetPet",
        "summary": "Info for a specific pet",
        "parameters": [_pet_id()],
        "responses": {"200": _response("Pet", _ORIGIN)},
        "x-amazon-apigateway-integration": _http(
            "GET", f"{backend}/pets/{{petId}}", {"integration.request.path.petId": "method.request.path.petId"}
        ),
    }


def _preflight(methods: str, *, parameters: list[Json] | None = None) -> Json:
    operation: Json = {"parameters": parameters} if parameters else {}
    return operation | {
        "responses": {"200": _response("Empty", _ORIGIN, _METHODS, _HEADERS)},
        "x-amazon-apigateway-integration": {
            "type": "mock",
            "passthroughBehavior": "when_no_match",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "responses": {
                "default": {
                    "statusCode": "200",
                    "responseParameters": {
                        f"method.response.header.{_METHODS}": f"'{methods}'",
                        f"method.response.header.{_HEADERS}": _ALLOWED_HEADERS,
                        f"method.response.header.{_ORIGIN}": "'*'",
                    },
                }
            },
        },
    }


def _http(method: str, uri: str, parameters: dict[str, str] | None = None) -> Json:
    integration: Json = {
        "type": "http",
        "httpMethod": method,
        "uri": uri,
        "passthroughBehavior": "when_no_match",
        "responses": {
            "default": {"statusCode": "200", "responseParameters": {f"method.response.header.{_ORIGIN}": "'*'"}}
        },
    }
    return integration | ({"requestParameters": parameters} if parameters else {})


def _response(model: str | None, *headers: str) -> Json:
    declared = {name: {"schema": {"type": "string"}, "description": _HEADER_WORDS[name]} for name in headers}
    content: Json = {"application/json": {"schema": _model(model)}} if model else {}
    return {"description": "Successful operation", "headers": declared, "content": content}


def _query(name: str, description: str) -> Json:
    return {"name": name, "in": "query", "description": description, "required": False, "schema": {"type": "string"}}


def _pet_id() -> Json:
    return {
        "name": "petId",
        "in": "path",
        "description": "Number of the pet",
        "required": True,
        "schema": {"type": "string"},
    }


def _model(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _models() -> Json:
    return {
        "Pets": {"type": "array", "items": _model("Pet")},
        "Pet": {
            "type": "object",
            "properties": {"id": {"type": "integer"}, "type": {"type": "string"}, "price": {"type": "number"}},
        },
        "NewPet": {"type": "object", "properties": {"type": _model("PetType"), "price": {"type": "number"}}},
        "NewPetResponse": {"type": "object", "properties": {"pet": _model("Pet"), "message": {"type": "string"}}},
        "PetType": {"type": "string", "enum": ["dog", "cat", "fish", "bird", "gecko"]},
        "Empty": {"type": "object"},
    }


_HEADER_WORDS = {
    _ORIGIN: "Origins that may read the answer",
    _METHODS: "Methods that the resource takes",
    _HEADERS: "Headers that a request may carry",
    "Content-Type": "Media type of the answer",
}


def _documentation() -> list[Json]:
    """The fourteen parts, without a version: a version is a named snapshot, taken on request."""

    def part(kind: str, properties: Json, **location: str) -> Json:
        return {"location": {"type": kind, **location}, "properties": properties}

    return [
        part("API", {"info": {"description": "A first API: pets over HTTP from AWS's demonstration Pet Store."}}),
        part("METHOD", {"tags": ["pets"], "description": "HTML page with API usage"}, method="GET"),
        part("METHOD", {"tags": ["pets"], "summary": "Info for a specific pet"}, path="/pets/{petId}", method="GET"),
        part("METHOD", {"tags": ["pets"], "summary": "List all pets"}, path="/pets", method="GET"),
        part("METHOD", {"tags": ["pets"], "summary": "Create a pet"}, path="/pets", method="POST"),
        part("PATH_PARAMETER", {"description": "Number of the pet"}, path="/pets/{petId}", method="*", name="petId"),
        part("QUERY_PARAMETER", {"description": "Page of the list"}, path="/pets", method="GET", name="page"),
        part("QUERY_PARAMETER", {"description": "Kind of pet"}, path="/pets", method="GET", name="type"),
        part("REQUEST_BODY", {"description": "The pet to add"}, path="/pets", method="POST"),
        part("RESPONSE", {"description": "Successful operation"}, method="*", statusCode="200"),
        *(
            part("RESPONSE_HEADER", {"description": _HEADER_WORDS[name]}, method=method, statusCode="200", name=name)
            for name, method in ((_HEADERS, "OPTIONS"), (_METHODS, "OPTIONS"), (_ORIGIN, "*"), ("Content-Type", "GET"))
        ),
    ]
