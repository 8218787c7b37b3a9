"""Lambda routes put into an OpenAPI 3.0 document. Pure.

API Gateway takes the whole API from one document, so the number of resources does not grow with the routes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_rules import arns

Json = dict[str, Any]

#: The key under a path that stands for every method.
ANY_METHOD = "x-amazon-apigateway-any-method"
#: The keys under a path that are operations.
OPERATIONS = ("get", "put", "post", "delete", "options", "head", "patch", ANY_METHOD)
_INTEGRATION = "x-amazon-apigateway-integration"
_GATEWAY_RESPONSES = "x-amazon-apigateway-gateway-responses"
_SIGV4 = "sigv4"


@dataclass(frozen=True, kw_only=True, slots=True)
class LambdaRoute:
    """A method and path that a Lambda function takes.

    uri          the integration's whole invoke URI
    credentials  ARN of the role that API Gateway assumes, None: it calls as itself
    timeout_ms   integration timeout, 50 to 29,000 milliseconds; None: 29,000
    security     name of the security scheme that guards the operation, None: the document's own choice stays
    """

    method: str
    path: str
    uri: str
    credentials: str | None = None
    timeout_ms: int | None = None
    security: str | None = None


def _opened(document: Mapping[str, Any]) -> Json:
    """A copy whose operations can be exchanged; what stays is shared with the given document."""
    return {**document, "paths": {path: dict(item) for path, item in document.get("paths", {}).items()}}


def operation_key(method: str) -> str:
    """The key of a method under its path."""
    return ANY_METHOD if method.upper() == arns.ANY else method.lower()


def operations(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every (METHOD, path) of a document, in its order; ANY for the any-method."""
    return [
        (arns.ANY if key == ANY_METHOD else key.upper(), path)
        for path, item in document.get("paths", {}).items()
        for key in item
        if key in OPERATIONS
    ]


def from_routes(title: str, routes: Iterable[tuple[str, str]]) -> Json:
    """A document with just these routes; their integrations are still to come."""
    return with_operations({"openapi": "3.0.1", "info": {"title": title, "version": "1.0"}, "paths": {}}, routes)


def with_operations(document: Mapping[str, Any], routes: Iterable[tuple[str, str]]) -> Json:
    """The document with these operations declared as well, path parameters included; those it has already stay."""
    result = _opened(document)
    for method, path in routes:
        item = result["paths"].setdefault(path, {})
        item.setdefault(operation_key(method), _bare_operation(path))
    return result


def _bare_operation(path: str) -> Json:
    names = [segment.strip("{}").rstrip("+") for segment in path.split("/") if segment.startswith("{")]
    parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    return ({"parameters": parameters} if parameters else {}) | {
        "responses": {"200": {"description": "Successful operation"}}
    }


def with_preflight(document: Mapping[str, Any], paths: Iterable[str], *, origin: str) -> Json:
    """The document with a mock OPTIONS on each of these paths that has none, for CORS with this origin."""
    result = _opened(document)
    answers: dict[str, Json] = {}
    for path in paths:
        item = result["paths"][path]
        if "options" in item or ANY_METHOD in item:  # ANY takes OPTIONS itself
            continue
        methods = ",".join([*(key.upper() for key in OPERATIONS if key in item), "OPTIONS"])
        if methods not in answers:
            answers[methods] = _preflight(methods, origin)
        item["options"] = {**_bare_operation(path), **answers[methods]}
    return result


def _preflight(methods: str, origin: str) -> Json:
    values = {
        "Origin": origin,
        "Methods": methods,
        "Headers": "Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token",
    }
    headers = {f"Access-Control-Allow-{name}": f"'{value}'" for name, value in values.items()}
    answer = {
        "statusCode": "200",
        "responseParameters": {f"method.response.header.{name}": value for name, value in headers.items()},
    }
    return {
        "responses": {
            "200": {"description": "CORS", "headers": {name: {"schema": {"type": "string"}} for name in headers}}
        },
        _INTEGRATION: {
            "type": "mock",
            "passthroughBehavior": "when_no_match",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "responses": {"default": answer},
        },
    }


def with_lambda_routes(document: Mapping[str, Any], routes: Iterable[LambdaRoute]) -> Json:
    """The document in which these routes, which it must have, are taken by their functions."""
    result = _opened(document)
    for route in routes:
        integration: Json = {
            "type": "aws_proxy",
            "httpMethod": "POST",  # the Lambda service's own verb, whatever the route's
            "uri": route.uri,
            "passthroughBehavior": "when_no_match",
        }
        if route.credentials is not None:
            integration["credentials"] = route.credentials
        if route.timeout_ms is not None:
            integration["timeoutInMillis"] = route.timeout_ms
        item, key = result["paths"][route.path], operation_key(route.method)
        security: Json = {} if route.security is None else {"security": [{route.security: []}]}
        item[key] = {**item[key], _INTEGRATION: integration, **security}
    return result


def with_iam_authorization(document: Mapping[str, Any]) -> Json:
    """The document in which every operation without a choice of its own asks for a request signed with SigV4.

    Not OPTIONS: a browser sends the preflight without credentials. Security at the root of a document is ignored by
    API Gateway, so each operation carries it (developer guide, api-gateway-known-issues).
    """
    scheme = {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"}
    result = with_security_schemes(document, {_SIGV4: scheme})
    for item in result["paths"].values():
        for key in OPERATIONS:
            if key in item and key != "options":
                item[key] = {"security": [{_SIGV4: []}], **item[key]}
    return result


def with_security_schemes(document: Mapping[str, Any], schemes: Mapping[str, Any]) -> Json:
    """The document with these security schemes as well."""
    result = _opened(document)
    if schemes:
        parts = result.get("components", {})
        result["components"] = {**parts, "securitySchemes": {**parts.get("securitySchemes", {}), **schemes}}
    return result


def with_api_properties(
    document: Mapping[str, Any],
    *,
    title: str,
    description: str,
    policy: Mapping[str, Any] | None = None,
    binary_types: Sequence[str] = (),
    minimum_compression_size: int | None = None,
    gateway_responses: Mapping[str, Any] | None = None,
    endpoint: Mapping[str, Any] | None = None,
) -> Json:
    """The document with the properties of the API itself, which an import in overwrite mode takes from it.

    What is an argument of the RestApi as well stands here with the same value, so that an import changes nothing for
    the moment until the provider puts it back. The policy stands here alone: as an argument it shows a difference for
    ever (terraform-provider-aws#15602), as a resource of its own it is lost at the next import.
    """
    result = dict(document)
    result["info"] = {**result.get("info", {}), "title": title, "description": description}
    if policy is not None:
        result["x-amazon-apigateway-policy"] = dict(policy)
    if binary_types:
        result["x-amazon-apigateway-binary-media-types"] = list(binary_types)
    if minimum_compression_size is not None:
        result["x-amazon-apigateway-minimum-compression-size"] = minimum_compression_size
    if endpoint:
        result["servers"] = [{"url": "/", "x-amazon-apigateway-endpoint-configuration": dict(endpoint)}]
    if gateway_responses:
        # What the document says itself stays.
        result[_GATEWAY_RESPONSES] = {**gateway_responses, **result.get(_GATEWAY_RESPONSES, {})}
    return result


def endpoint_configuration(*, vpc_endpoint_ids: Sequence[str], disable_default_endpoint: bool) -> Json:
    """The endpoint's properties that an import would reset; empty where they are the default."""
    result: Json = {"vpcEndpointIds": list(vpc_endpoint_ids)} if vpc_endpoint_ids else {}
    return result | ({"disableExecuteApiEndpoint": True} if disable_default_endpoint else {})


def rendered(document: Mapping[str, Any]) -> str:
    """The document as text; the same document gives the same text, in whatever order it was put together."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
