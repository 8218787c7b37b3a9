"""Operations of a document that neither a function nor an integration serves. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cross_account_api.rest import openapi

Json = dict[str, Any]

_INTEGRATION = "x-amazon-apigateway-integration"
_BODY = '{"message": "Not Implemented"}'
_JSON = "application/json"


def unserved_operations(document: Mapping[str, Any], routes: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Every (METHOD, path) without a route or an integration: API Gateway refuses to deploy an API that has one."""
    served, paths = set(routes), openapi.opened(document)["paths"]
    return [
        (method, path)
        for method, path in openapi.operations(document)
        if (method, path) not in served
        and not isinstance(paths[path][openapi.operation_key(method)].get(_INTEGRATION), Mapping)
    ]


def with_not_implemented(
    document: Mapping[str, Any], operations: Iterable[tuple[str, str]], *, origin: str | None
) -> Json:
    """The document with mocks that answer these operations with 501, readable for web pages from this origin."""
    result = openapi.opened(document)
    for method, path in operations:
        item, key = result["paths"][path], openapi.operation_key(method)
        item[key] = _not_implemented(document, item[key], origin)
    return result


def _not_implemented(document: Mapping[str, Any], operation: Mapping[str, Any], origin: str | None) -> Json:
    headers = {"Access-Control-Allow-Origin": f"'{origin}'"} if origin else {}
    # A mock takes its status from a template; a request with a media type without a template gets 415.
    templates = dict.fromkeys([_JSON, *_media_types(document, operation)], '{"statusCode": 501}')
    return {
        **operation,
        "responses": {
            **operation.get("responses", {}),
            "501": {
                "description": "Not implemented",
                "headers": {name: openapi.text_type(document) for name in headers},
            },
        },
        _INTEGRATION: {
            "type": "mock",
            "passthroughBehavior": "never",
            "requestTemplates": templates,
            "responses": {
                "default": {
                    "statusCode": "501",
                    "responseParameters": {f"method.response.header.{name}": value for name, value in headers.items()},
                    "responseTemplates": {_JSON: _BODY},
                }
            },
        },
    }


def _media_types(document: Mapping[str, Any], operation: Mapping[str, Any]) -> list[str]:
    """The media types that the operation declares for its body (OpenAPI 3.0 or Swagger 2.0)."""
    body = operation.get("requestBody") or {}
    if "$ref" in body:
        bodies = (document.get("components") or {}).get("requestBodies") or {}
        body = bodies.get(str(body["$ref"]).rpartition("/")[2]) or {}
    return [*(body.get("content") or {}), *(operation.get("consumes") or document.get("consumes") or [])]
