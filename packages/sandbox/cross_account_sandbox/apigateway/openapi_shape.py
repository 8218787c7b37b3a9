"""The schema of the parts of a document that the import reads, such as objects and lists of strings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cross_account_sandbox.apigateway.errors import bad_request

Json = dict[str, Any]
_TEXT: Json = {"type": "string"}
_TEXTS: Json = {"type": "array", "items": _TEXT}
_OBJECT: Json = {"type": "object"}
_NUMBER: Json = {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^\d+$"}]}
_STATUS: Json = {"type": ["integer", "string"]}


def _object(**properties: Json) -> Json:
    return {"type": "object", "properties": properties}


def _each(schema: Json) -> Json:
    return {"type": "object", "additionalProperties": schema}


_MAPPED_TEXTS = _each(_TEXT)
_SECURITY: Json = {"type": "array", "items": _each(_TEXTS)}
_CONTENT = _each(_OBJECT)
_HEADERS = _each(_OBJECT)
_RESPONSE = _object(headers=_HEADERS, content=_CONTENT)
_BODY = _object(content=_CONTENT)
_PARAMETER: Json = {"type": "object", "properties": {"name": _TEXT, "in": _TEXT}}
_PARAMETERS: Json = {"type": "array", "items": _PARAMETER}
_INTEGRATION = _object(
    type=_TEXT,
    uri=_TEXT,
    httpMethod=_TEXT,
    credentials=_TEXT,
    connectionType=_TEXT,
    connectionId=_TEXT,
    passthroughBehavior=_TEXT,
    contentHandling=_TEXT,
    responseTransferMode=_TEXT,
    cacheNamespace=_TEXT,
    cacheKeyParameters=_TEXTS,
    timeoutInMillis=_NUMBER,
    tlsConfig=_OBJECT,
    integrationSubtype=_TEXT,
    requestParameters=_OBJECT,
    responseParameters=_OBJECT,
    requestTemplates=_OBJECT,
    responses=_each(
        _object(statusCode=_STATUS, responseParameters=_OBJECT, responseTemplates=_OBJECT, contentHandling=_TEXT)
    ),
)
_OPERATION: Json = {
    "type": "object",
    "properties": {
        "operationId": _TEXT,
        "parameters": _PARAMETERS,
        "requestBody": _BODY,
        "responses": _each(_RESPONSE),
        "security": _SECURITY,
        "consumes": _TEXTS,
        "produces": _TEXTS,
        "x-amazon-apigateway-integration": _INTEGRATION,
        "x-amazon-apigateway-request-validator": _TEXT,
    },
}
_VERBS = ("get", "put", "post", "delete", "patch", "options", "head", "x-amazon-apigateway-any-method")
_PATH_ITEM: Json = {"type": "object", "properties": {"parameters": _PARAMETERS, **dict.fromkeys(_VERBS, _OPERATION)}}
_AUTHORIZER = _object(
    type=_TEXT,
    authorizerUri=_TEXT,
    authorizerCredentials=_TEXT,
    identitySource=_TEXT,
    identityValidationExpression=_TEXT,
    authorizerResultTtlInSeconds=_NUMBER,
    providerARNs=_TEXTS,
    jwtConfiguration=_object(issuer=_TEXT, audience=_TEXTS),
)
_SCHEMES = _each({"type": "object", "properties": {"x-amazon-apigateway-authorizer": _AUTHORIZER}})
_ENDPOINTS = _object(vpcEndpointIds=_TEXTS, disableExecuteApiEndpoint={"type": "boolean"})
_CORS = _object(
    allowOrigins=_TEXTS,
    allowMethods=_TEXTS,
    allowHeaders=_TEXTS,
    exposeHeaders=_TEXTS,
    maxAge={"type": "integer"},
    allowCredentials={"type": "boolean"},
)
_SERVER: Json = {
    "type": "object",
    "properties": {
        "url": _TEXT,
        "variables": _each(_OBJECT),
        "x-amazon-apigateway-endpoint-configuration": _ENDPOINTS,
    },
}
_DOCUMENT: Json = {
    "type": "object",
    "properties": {
        "info": _object(title=_TEXT),
        "basePath": _TEXT,
        "consumes": _TEXTS,
        "produces": _TEXTS,
        "servers": {"type": "array", "items": _SERVER},
        "tags": {"type": "array", "items": _OBJECT},
        "paths": {
            "type": "object",
            "patternProperties": {"^/": _PATH_ITEM, "^x-": True},
            "additionalProperties": False,
        },
        "security": _SECURITY,
        "components": _object(
            schemas=_OBJECT,
            parameters=_each(_PARAMETER),
            responses=_each(_RESPONSE),
            requestBodies=_each(_BODY),
            headers=_HEADERS,
            securitySchemes=_SCHEMES,
            **{"x-amazon-apigateway-integrations": _each(_INTEGRATION)},
        ),
        "definitions": _OBJECT,
        "parameters": _each(_PARAMETER),
        "responses": _each(_RESPONSE),
        "securityDefinitions": _SCHEMES,
        "x-amazon-apigateway-api-key-source": _TEXT,
        "x-amazon-apigateway-binary-media-types": _TEXTS,
        "x-amazon-apigateway-cors": _CORS,
        "x-amazon-apigateway-documentation": _object(
            documentationParts={
                "type": "array",
                "items": {"type": "object", "properties": {"location": _OBJECT}, "required": ["location"]},
            }
        ),
        "x-amazon-apigateway-endpoint-configuration": _ENDPOINTS,
        "x-amazon-apigateway-gateway-responses": _each(
            _object(statusCode=_STATUS, responseParameters=_MAPPED_TEXTS, responseTemplates=_MAPPED_TEXTS)
        ),
        "x-amazon-apigateway-minimum-compression-size": _NUMBER,
        "x-amazon-apigateway-request-validator": _TEXT,
        "x-amazon-apigateway-request-validators": _each(_OBJECT),
    },
}


def check_shape(document: Json) -> None:
    """Check the document, and the target of each local `$ref` as what it is used for.

    Raises BadRequestException with the location in the document and what is wrong there.
    """
    # Loaded by the first import, because nothing else needs it.
    from jsonschema import Draft7Validator
    from jsonschema.exceptions import best_match
    from jsonschema.validators import extend

    followed: set[tuple[int, str]] = set()

    def of_type(validator: Any, types: Any, instance: Any, schema: Json) -> Iterator[Any]:
        yield from Draft7Validator.VALIDATORS["type"](validator, types, instance, schema)
        reference = instance.get("$ref") if isinstance(instance, dict) else None
        # References can be circular.
        if isinstance(reference, str) and (id(schema), reference) not in followed:
            followed.add((id(schema), reference))
            target = target_of(document, reference)
            if target is not None:
                yield from validator.descend(target, schema)

    following = extend(Draft7Validator, {"type": of_type})  # type: ignore[no-untyped-call]
    error = best_match(following(_DOCUMENT).iter_errors(document))
    if error is not None:
        where = " → ".join(str(part) for part in error.absolute_path) or "the document"
        # Unconfirmed: the text for a document of the wrong shape. Reason: recordings show only the first sentence.
        raise bad_request(f"Invalid OpenAPI input. {where}: {error.message[:200]}")


def target_of(document: Json, reference: str) -> Any:
    """Return the target of a local `$ref`; None for any other reference, and if there is no target."""
    if not reference.startswith("#/"):
        return None
    node: Any = document
    for part in reference[2:].split("/"):
        key = part.replace("~1", "/").replace("~0", "~")
        node = node.get(key) if isinstance(node, dict) else None
    return node


def without_nulls(node: Any) -> Any:
    """Return the document without null members, because an empty section in YAML counts as missing."""
    if isinstance(node, list):
        return [without_nulls(one) for one in node]
    if isinstance(node, dict):
        return {key: without_nulls(value) for key, value in node.items() if value is not None}
    return node
