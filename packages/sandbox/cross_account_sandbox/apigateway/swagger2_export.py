"""Convert an exported OpenAPI 3.0 document to Swagger 2.0."""

from __future__ import annotations

from typing import Any

from cross_account_sandbox.apigateway.swagger2 import moved

Json = dict[str, Any]
_MOVED = {"#/components/schemas/": "#/definitions/"}
_ENDPOINTS = "x-amazon-apigateway-endpoint-configuration"


def downgraded(document: Json) -> Json:
    """Return the document as Swagger 2.0 with the same meaning."""
    server = document["servers"][0]
    host, _, _ = server["url"].removeprefix("https://").partition("/")
    components = document.get("components") or {}
    answer: Json = {
        "swagger": "2.0",
        "info": document["info"],
        "host": host,
        "basePath": server["variables"]["basePath"]["default"],
        "schemes": ["https"],
        "paths": {path: _item(item) for path, item in document["paths"].items()},
    }
    if components.get("securitySchemes"):
        answer["securityDefinitions"] = components["securitySchemes"]
    if components.get("schemas"):
        answer["definitions"] = components["schemas"]
    answer |= {key: value for key, value in document.items() if key.startswith("x-")}
    if _ENDPOINTS in server:
        answer[_ENDPOINTS] = server[_ENDPOINTS]
    done: Json = moved(answer, _MOVED)
    return done


def _item(item: Json) -> Json:
    return {verb: _operation(operation) for verb, operation in item.items()}


def _operation(operation: Json) -> Json:
    answer = {key: value for key, value in operation.items() if key not in ("parameters", "requestBody", "responses")}
    parameters = [
        {**{key: value for key, value in parameter.items() if key != "schema"}, **parameter.get("schema", {})}
        for parameter in operation.get("parameters", [])
    ]
    content = operation.get("requestBody", {}).get("content", {})
    if content:
        answer["consumes"] = sorted(content)
        schema = next(iter(content.values()))["schema"]
        name = schema["$ref"].rpartition("/")[2]
        parameters.append({"in": "body", "name": name, "required": True, "schema": schema})
    if parameters:
        answer["parameters"] = parameters
    produced = sorted({kind for response in operation["responses"].values() for kind in response.get("content", {})})
    if produced:
        answer["produces"] = produced
    answer["responses"] = {code: _response(response) for code, response in operation["responses"].items()}
    return answer


def _response(response: Json) -> Json:
    answer: Json = {"description": response["description"]}
    content = response.get("content", {})
    if content:
        answer["schema"] = next(iter(content.values()))["schema"]
    if "headers" in response:
        answer["headers"] = {name: dict(header.get("schema", {})) for name, header in response["headers"].items()}
    return answer
