"""Export a deployed definition as an OpenAPI 3.0 document. Importing it gives the same definition."""

from __future__ import annotations

import json
from typing import Any

from cross_account_sandbox.apigateway.describe import filled, not_none
from cross_account_sandbox.apigateway.model.definition import Definition, Integration, Method
from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.apigateway.model.stage import Stage
from cross_account_sandbox.apigateway.openapi_document import Json
from cross_account_sandbox.apigateway.openapi_export_security import method_security, security_schemes

#: Valid values of `extensions`; `apigateway` includes all others (developer guide, api-gateway-export-api).
EXTENSIONS = ("apigateway", "authorizers", "integrations")
_PLACES = {"querystring": "query", "header": "header", "path": "path"}


def openapi_document(api: RestApi, stage: Stage, definition: Definition, *, extensions: frozenset[str]) -> Json:
    """Return the definition that a stage serves. Without extensions, any OpenAPI tool can read it."""
    everything = "apigateway" in extensions
    integrations = everything or "integrations" in extensions
    authorizers = everything or "authorizers" in extensions
    document: Json = {
        "openapi": "3.0.1",
        "info": not_none(
            title=api.name,
            description=api.description,
            version=api.version or stage.created.strftime("%Y-%m-%dT%H:%M:%SZ"),
        ),
        "servers": [_server(api, stage, definition, extensions=everything)],
        "paths": _paths(definition, integrations=integrations, extensions=everything),
        "components": not_none(
            schemas=filled({name: _schema(model.schema) for name, model in sorted(definition.models.items())}),
            securitySchemes=filled(security_schemes(definition, extensions=authorizers)),
        ),
    }
    return {**document, **(_root_extensions(definition) if everything else {})}


def _server(api: RestApi, stage: Stage, definition: Definition, *, extensions: bool) -> Json:
    server: Json = {
        "url": f"https://{api.id}.execute-api.{api.region}.amazonaws.com/{{basePath}}",
        "variables": {"basePath": {"default": f"/{stage.name}"}},
    }
    endpoints = not_none(
        vpcEndpointIds=filled(list(definition.vpc_endpoint_ids)),
        disableExecuteApiEndpoint=True if api.disable_execute_api_endpoint else None,
    )
    if extensions and endpoints:
        server["x-amazon-apigateway-endpoint-configuration"] = endpoints
    return server


def _root_extensions(definition: Definition) -> Json:
    validators = {
        validator.name: {
            "validateRequestBody": validator.validate_body,
            "validateRequestParameters": validator.validate_parameters,
        }
        for validator in definition.validators.values()
    }
    responses = {
        kind: not_none(
            statusCode=response.status_code,
            responseParameters=filled(dict(response.response_parameters)),
            responseTemplates=filled(dict(response.response_templates)),
        )
        for kind, response in sorted(definition.gateway_responses.items())
    }
    found = {
        "x-amazon-apigateway-request-validators": filled(validators),
        "x-amazon-apigateway-gateway-responses": filled(responses),
        "x-amazon-apigateway-policy": json.loads(definition.policy) if definition.policy else None,
        "x-amazon-apigateway-binary-media-types": filled(list(definition.binary_media_types)),
        "x-amazon-apigateway-minimum-compression-size": definition.minimum_compression_size,
        "x-amazon-apigateway-api-key-source": definition.api_key_source
        if definition.api_key_source != "HEADER"
        else None,
    }
    return {key: value for key, value in found.items() if value is not None}


def _paths(definition: Definition, *, integrations: bool, extensions: bool) -> Json:
    paths: Json = {}
    for resource in sorted(definition.resources.values(), key=lambda one: one.path):
        # A resource without methods is also part of the tree, so it gets a path item.
        item: Json = {}
        for verb, method in sorted(resource.methods.items()):
            key = "x-amazon-apigateway-any-method" if verb == "ANY" else verb.lower()
            item[key] = _operation(method, definition, integrations=integrations, extensions=extensions)
        if item or resource.parent_id is not None:
            paths[resource.path] = item
    return paths


def _operation(method: Method, definition: Definition, *, integrations: bool, extensions: bool) -> Json:
    validator = definition.validators.get(method.request_validator_id or "")
    operation = not_none(
        operationId=method.operation_name,
        parameters=filled([_parameter(name, required) for name, required in method.request_parameters.items()]),
        requestBody={"content": _content(method.request_models), "required": True} if method.request_models else None,
        responses={code: _response(method, code) for code in sorted(method.responses)},
        security=filled(method_security(method, definition)),
    )
    if extensions and validator is not None:
        operation["x-amazon-apigateway-request-validator"] = validator.name
    if integrations and method.integration is not None:
        operation["x-amazon-apigateway-integration"] = _integration(method.integration)
    return operation


def _parameter(name: str, required: bool) -> Json:  # noqa: FBT001 - the value of a mapping
    _, _, place, text = name.split(".", 3)
    return {"name": text, "in": _PLACES[place], "required": required, "schema": {"type": "string"}}


def _response(method: Method, code: str) -> Json:
    response = method.responses[code]
    headers = {
        name.removeprefix("method.response.header."): {"schema": {"type": "string"}}
        for name in response.response_parameters
    }
    return not_none(
        description=f"{code} response",
        headers=filled(headers),
        content=_content(response.response_models) if response.response_models else None,
    )


def _content(models: dict[str, str]) -> Json:
    return {kind: {"schema": {"$ref": f"#/components/schemas/{name}"}} for kind, name in models.items()}


def _integration(integration: Integration) -> Json:
    responses = {
        response.selection_pattern or "default": not_none(
            statusCode=code,
            responseParameters=filled(dict(response.response_parameters)),
            responseTemplates=filled(dict(response.response_templates)),
            contentHandling=response.content_handling,
        )
        for code, response in sorted(integration.responses.items())
    }
    return not_none(
        type=integration.type.lower(),
        httpMethod=integration.http_method,
        uri=integration.uri,
        credentials=integration.credentials,
        connectionType=integration.connection_type if integration.connection_type != "INTERNET" else None,
        connectionId=integration.connection_id,
        responses=filled(responses),
        requestParameters=filled(dict(integration.request_parameters)),
        requestTemplates=filled(dict(integration.request_templates)),
        passthroughBehavior=integration.passthrough_behavior.lower(),
        contentHandling=integration.content_handling,
        timeoutInMillis=integration.timeout_ms,
        cacheNamespace=integration.cache_namespace,
        cacheKeyParameters=filled(list(integration.cache_key_parameters)),
        tlsConfig=integration.tls_config,
        responseTransferMode=integration.response_transfer_mode,
    )


def _schema(text: str) -> Any:
    try:
        schema = json.loads(text)
    except ValueError:
        return {"type": "object"}
    return _local(schema)


def _local(node: Any) -> Any:
    if isinstance(node, list):
        return [_local(one) for one in node]
    if not isinstance(node, dict):
        return node
    answer = {key: _local(value) for key, value in node.items()}
    reference = answer.get("$ref")
    if isinstance(reference, str) and "/models/" in reference:
        answer["$ref"] = f"#/components/schemas/{reference.rpartition('/')[2]}"
    return answer
