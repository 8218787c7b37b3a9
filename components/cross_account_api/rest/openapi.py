"""Puts Lambda routes into an OpenAPI 3.0 or Swagger 2.0 document.

Pure. API Gateway reads the whole API from one document, so the number of resources does not grow with the routes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aws_rules import arns

Json = dict[str, Any]

#: The key under a path for every method.
ANY_METHOD = "x-amazon-apigateway-any-method"
#: The keys under a path that are operations.
OPERATIONS = ("get", "put", "post", "delete", "options", "head", "patch", ANY_METHOD)
_INTEGRATION = "x-amazon-apigateway-integration"
_GATEWAY_RESPONSES = "x-amazon-apigateway-gateway-responses"
_ENDPOINT = "x-amazon-apigateway-endpoint-configuration"
#: The methods that ANY includes, in the order of the console's preflight.
_EVERY_METHOD = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
#: Headers that the console allows, and X-Amz-Content-Sha256, which the SDKs' SigV4 signers add.
_ALLOWED_HEADERS = "Content-Type,X-Amz-Date,X-Amz-Content-Sha256,Authorization,X-Api-Key,X-Amz-Security-Token"


@dataclass(frozen=True, kw_only=True, slots=True)
class LambdaRoute:
    """A method and path that a Lambda function answers.

    uri          the integration's whole invoke URI
    credentials  ARN of the role that API Gateway assumes, None: it calls as itself
    timeout_ms   integration timeout, 50 to 29,000 milliseconds; None: 29,000
    """

    method: str
    path: str
    uri: str
    credentials: str | None = None
    timeout_ms: int | None = None


def is_swagger(document: Mapping[str, Any]) -> bool:
    """True for Swagger 2.0, which API Gateway imports as well as OpenAPI 3.0."""
    return bool(document.get("swagger"))


def opened(document: Mapping[str, Any]) -> Json:
    """A copy whose operations can be replaced; the rest is shared with the given document.

    A path item that is a `$ref` is replaced by its target, because its operations must be guarded under each of its
    paths.
    """
    items = (document.get("paths") or {}).items()
    paths = {
        path: dict(resolved(document, item) or item or {}) if path.startswith("/") else item for path, item in items
    }
    return {**document, "paths": paths}


def resolved(document: Mapping[str, Any], node: Any) -> Mapping[str, Any]:
    """The node, or the target of its `$ref` in the same document; empty if that is not an object."""
    for _ in range(10):  # References can be circular.
        reference = node.get("$ref") if isinstance(node, dict) else None
        if not isinstance(reference, str):
            return node if isinstance(node, dict) else {}
        node = document if reference.startswith("#/") else None
        for part in reference[2:].split("/"):
            node = node.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(node, dict) else None
    return {}


def operation_key(method: str) -> str:
    """The key of a method under its path."""
    return ANY_METHOD if method.upper() == arns.ANY else method.lower()


def operations(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Every (METHOD, path) of a document, in its order; ANY for the any-method."""
    return [
        (arns.ANY if key == ANY_METHOD else key.upper(), path)
        for path, item in opened(document)["paths"].items()
        if path.startswith("/")  # Other keys are extensions.
        for key, operation in item.items()
        if key in OPERATIONS and isinstance(operation, dict)
    ]


def from_routes(title: str, routes: Iterable[tuple[str, str]]) -> Json:
    """A document with only these routes, without integrations yet."""
    return with_operations({"openapi": "3.0.1", "info": {"title": title, "version": "1.0"}, "paths": {}}, routes)


def with_operations(document: Mapping[str, Any], routes: Iterable[tuple[str, str]]) -> Json:
    """The document with these operations added, including path parameters; existing operations are kept."""
    result = opened(document)
    for method, path in routes:
        item = result["paths"].setdefault(path, {})
        item.setdefault(operation_key(method), _bare_operation(document, path))
    return result


def _bare_operation(document: Mapping[str, Any], path: str) -> Json:
    names = [segment.strip("{}").rstrip("+") for segment in path.split("/") if segment.startswith("{")]
    parameters = [{"name": name, "in": "path", "required": True, **text_type(document)} for name in names]
    return ({"parameters": parameters} if parameters else {}) | {
        "responses": {"200": {"description": "Successful operation"}}
    }


def text_type(document: Mapping[str, Any]) -> Json:
    """The type of a parameter or header; Swagger 2.0 does not wrap it in a schema."""
    return {"type": "string"} if is_swagger(document) else {"schema": {"type": "string"}}


def with_preflight(document: Mapping[str, Any], paths: Iterable[str], *, origin: str) -> Json:
    """The document with a mock OPTIONS on each of these paths without one, for CORS with this origin.

    API Gateway prefers it to an ANY on the same path.
    """
    result = opened(document)
    for path in paths:
        item = result["paths"][path]
        if "options" in item:
            continue
        own = [key.upper() for key in OPERATIONS if key in item]
        methods = _EVERY_METHOD if ANY_METHOD in item else (*own, "OPTIONS")
        item["options"] = {**_bare_operation(document, path), **_preflight(document, ",".join(methods), origin)}
    return result


def _preflight(document: Mapping[str, Any], methods: str, origin: str) -> Json:
    values = {"Origin": origin, "Methods": methods, "Headers": _ALLOWED_HEADERS}
    headers = {f"Access-Control-Allow-{name}": f"'{value}'" for name, value in values.items()}
    answer = {
        "statusCode": "200",
        "responseParameters": {f"method.response.header.{name}": value for name, value in headers.items()},
    }
    return {
        "responses": {"200": {"description": "CORS", "headers": {name: text_type(document) for name in headers}}},
        # Otherwise an authorizer in the document's root `security` would apply, and a preflight has no credentials.
        "security": [],
        _INTEGRATION: {
            "type": "mock",
            "passthroughBehavior": "when_no_match",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "responses": {"default": answer},
        },
    }


def is_mock(document: Mapping[str, Any], operation: Mapping[str, Any]) -> bool:
    """True if API Gateway itself answers the operation."""
    return str(resolved(document, operation.get(_INTEGRATION)).get("type")).lower() == "mock"


def with_lambda_routes(document: Mapping[str, Any], routes: Iterable[LambdaRoute]) -> Json:
    """The document with the functions' integrations on these routes, which it must declare."""
    result = opened(document)
    for route in routes:
        integration: Json = {
            "type": "aws_proxy",
            "httpMethod": "POST",  # the Lambda service's method, whatever the route's
            "uri": route.uri,
            "passthroughBehavior": "when_no_match",
        }
        if route.credentials is not None:
            integration["credentials"] = route.credentials
        if route.timeout_ms is not None:
            integration["timeoutInMillis"] = route.timeout_ms
        item, key = result["paths"][route.path], operation_key(route.method)
        item[key] = {**item[key], _INTEGRATION: integration}
    return result


def security_schemes(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document's security schemes by name."""
    parts = document if is_swagger(document) else document.get("components") or {}
    schemes: Mapping[str, Any] = parts.get("securityDefinitions" if is_swagger(document) else "securitySchemes") or {}
    return schemes


def with_security_schemes(document: Mapping[str, Any], schemes: Mapping[str, Any]) -> Json:
    """The document with these security schemes added."""
    result = dict(document)
    whole = {**security_schemes(document), **schemes}
    if schemes and is_swagger(document):
        result["securityDefinitions"] = whole
    elif schemes:
        result["components"] = {**(document.get("components") or {}), "securitySchemes": whole}
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
    """The document with the properties of the API itself, which an import in overwrite mode reads from it.

    Properties that are also arguments of the RestApi have the same value here, so an import does not change them until
    the provider restores them. The policy is only here: as an argument it shows a permanent difference
    (terraform-provider-aws#15602), and as a separate resource it is lost at the next import.
    """
    result = dict(document)
    result["info"] = {**result.get("info", {}), "title": title, "description": description}
    if policy is not None:
        result["x-amazon-apigateway-policy"] = dict(policy)
    if binary_types:
        result["x-amazon-apigateway-binary-media-types"] = list(binary_types)
    if minimum_compression_size is not None:
        result["x-amazon-apigateway-minimum-compression-size"] = minimum_compression_size
    if endpoint and is_swagger(document):
        result[_ENDPOINT] = dict(endpoint)
    elif endpoint:
        result["servers"] = [{"url": "/", _ENDPOINT: dict(endpoint)}]
    if gateway_responses:
        # The document's own values take precedence.
        result[_GATEWAY_RESPONSES] = {**gateway_responses, **result.get(_GATEWAY_RESPONSES, {})}
    return result


def endpoint_configuration(*, vpc_endpoint_ids: Sequence[str], disable_default_endpoint: bool) -> Json:
    """The endpoint's properties that an import would reset; empty if they are the defaults."""
    result: Json = {"vpcEndpointIds": list(vpc_endpoint_ids)} if vpc_endpoint_ids else {}
    return result | ({"disableExecuteApiEndpoint": True} if disable_default_endpoint else {})


def rendered(document: Mapping[str, Any]) -> str:
    """The document as text; the same document gives the same text, regardless of the order of its keys."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
