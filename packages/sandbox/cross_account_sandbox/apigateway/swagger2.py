"""Convert Swagger 2.0 to OpenAPI 3.0, so that the import handles only one format."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
_VERBS = ("get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method")
_JSON = "application/json"
_MOVED = {
    "#/definitions/": "#/components/schemas/",
    "#/parameters/": "#/components/parameters/",
    "#/responses/": "#/components/responses/",
}
_ENDPOINTS = "x-amazon-apigateway-endpoint-configuration"


def upgraded(document: Json) -> Json:
    """Return the document as OpenAPI 3.0. Extensions stay where they are; features that 3.0 lacks are dropped."""
    consumes, produces = document.get("consumes") or [_JSON], document.get("produces") or [_JSON]
    paths = {
        path: _path_item(item, document, consumes, produces) for path, item in (document.get("paths") or {}).items()
    }
    answer: Json = {key: value for key, value in document.items() if key.startswith("x-")}
    answer |= {
        "openapi": "3.0.1",
        "info": document.get("info") or {},
        "paths": paths,
        "components": {
            "schemas": document.get("definitions") or {},
            "parameters": document.get("parameters") or {},
            "responses": {
                name: _response(response, produces) for name, response in (document.get("responses") or {}).items()
            },
            "securitySchemes": document.get("securityDefinitions") or {},
        },
    }
    server: Json = {"url": document.get("basePath") or "/"}
    if _ENDPOINTS in document:
        server[_ENDPOINTS] = document[_ENDPOINTS]
    answer["servers"] = [server]
    done: Json = moved(answer, _MOVED)
    return done


def _path_item(item: Json, document: Json, consumes: list[str], produces: list[str]) -> Json:
    shared = item.get("parameters") or []
    answer = {key: value for key, value in item.items() if key not in _VERBS and key != "parameters"}
    for verb in _VERBS:
        if isinstance(item.get(verb), dict):
            answer[verb] = _operation(item[verb], shared, document, consumes, produces)
    return answer


def _operation(operation: Json, shared: list[Json], document: Json, consumes: list[str], produces: list[str]) -> Json:
    answer = {key: value for key, value in operation.items() if key not in ("consumes", "produces", "parameters")}
    parameters: list[Json] = []
    for parameter in [*shared, *(operation.get("parameters") or [])]:
        full = _referred(parameter, document)
        if full.get("in") == "body":
            types = operation.get("consumes") or consumes
            answer["requestBody"] = {
                "required": bool(full.get("required", False)),
                "content": {kind: {"schema": full.get("schema") or {}} for kind in types},
            }
        elif full.get("in") != "formData":
            parameters.append(parameter)
    answer["parameters"] = parameters
    answer["responses"] = {
        str(code): _response(_referred(response, document), operation.get("produces") or produces)
        for code, response in (operation.get("responses") or {}).items()
    }
    return answer


def _response(response: Json, produces: list[str]) -> Json:
    answer = {key: value for key, value in response.items() if key != "schema"}
    if "schema" in response:
        answer["content"] = {kind: {"schema": response["schema"]} for kind in produces}
    return answer


def _referred(node: Json, document: Json) -> Json:
    reference = node.get("$ref")
    if not isinstance(reference, str):
        return node
    _, _, tail = reference.partition("#/")
    section, _, name = tail.partition("/")
    found = (document.get(section) or {}).get(name)
    return found if isinstance(found, dict) else node


def moved(node: Any, sections: Mapping[str, str]) -> Any:
    """Return the document with references to these sections changed to the sections of the other version."""
    if isinstance(node, list):
        return [moved(one, sections) for one in node]
    if not isinstance(node, dict):
        return node
    answer = {key: moved(value, sections) for key, value in node.items()}
    reference = answer.get("$ref")
    if isinstance(reference, str):
        for old, new in sections.items():
            if reference.startswith(old):
                answer["$ref"] = new + reference.removeprefix(old)
    return answer
