"""Read an OpenAPI document into a definition, and collect errors and warnings."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from cross_account_sandbox.apigateway.gateway_response_types import response_types
from cross_account_sandbox.apigateway.identifiers import new_id
from cross_account_sandbox.apigateway.model.definition import Definition, GatewayResponse, RequestValidator, Resource
from cross_account_sandbox.apigateway.model.rest_api import RestApi
from cross_account_sandbox.apigateway.openapi_document import Importing, Json, Reading
from cross_account_sandbox.apigateway.openapi_paths import read_paths
from cross_account_sandbox.apigateway.openapi_schemas import read_models
from cross_account_sandbox.apigateway.openapi_security import read_authorizers
from cross_account_sandbox.apigateway.resource_policy import execution_arn, policy_pins, stored_policy
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.service import Call

_BASE_PATH_MODES = ("ignore", "prepend", "split")
_ENDPOINTS = "x-amazon-apigateway-endpoint-configuration"


def read_definition(call: Call, api: RestApi, document: Json) -> Importing:
    """Read the document into a new definition. This does not change the API."""
    root = api.definition.resources[api.root_resource_id]
    definition = Definition(
        resources={root.id: Resource(id=root.id, parent_id=None, path_part=None, path="/")},
        endpoint_types=list(api.definition.endpoint_types),
    )
    importing = Importing(call=call, api=api, document=document, definition=definition)
    _read_settings(importing)
    _read_policy(importing)
    _read_validators(importing)
    _read_gateway_responses(importing)
    read_models(importing)
    read_authorizers(importing)
    read_paths(importing, base_path(importing, (call.params.get("parameters") or {}).get("basepath")))
    return importing


def endpoint_configuration(document: Json) -> Json:
    """Return `x-amazon-apigateway-endpoint-configuration` of the first server that has it, or of the document."""
    for server in document.get("servers") or []:
        if isinstance(server, dict) and isinstance(server.get(_ENDPOINTS), dict):
            found: Json = server[_ENDPOINTS]
            return found
    configuration = document.get(_ENDPOINTS)
    return configuration if isinstance(configuration, dict) else {}


def _read_settings(importing: Importing) -> None:
    document, definition = importing.document, importing.definition
    definition.binary_media_types = [str(one) for one in document.get("x-amazon-apigateway-binary-media-types") or []]
    size = document.get("x-amazon-apigateway-minimum-compression-size")
    definition.minimum_compression_size = int(size) if size is not None else None
    source = str(document.get("x-amazon-apigateway-api-key-source") or "HEADER").upper()
    if source in ("HEADER", "AUTHORIZER"):
        definition.api_key_source = source
    else:
        importing.errors.append(f"Invalid API key source: {source}")
    definition.vpc_endpoint_ids = list(endpoint_configuration(document).get("vpcEndpointIds") or [])


def _read_policy(importing: Importing) -> None:
    policy: Any = importing.document.get("x-amazon-apigateway-policy")
    if policy is None:
        return
    api = importing.api
    text = policy if isinstance(policy, str) else json.dumps(policy)
    try:
        importing.definition.policy = stored_policy(
            text,
            roles=importing.call.world.roles,
            execution_arn=execution_arn(region=api.region, account=api.account, api_id=api.id),
        )
        importing.definition.policy_pins = policy_pins(importing.definition.policy)
    except AwsError as error:
        importing.errors.append(error.message)


def _read_validators(importing: Importing) -> None:
    before = {one.name: one.id for one in importing.api.definition.validators.values()}
    for name, node in (importing.document.get("x-amazon-apigateway-request-validators") or {}).items():
        validator = RequestValidator(
            id=before.get(name) or new_id(),
            name=name,
            validate_body=bool(node.get("validateRequestBody", False)),
            validate_parameters=bool(node.get("validateRequestParameters", False)),
        )
        importing.definition.validators[validator.id] = validator


def _read_gateway_responses(importing: Importing) -> None:
    for kind, node in (importing.document.get("x-amazon-apigateway-gateway-responses") or {}).items():
        if kind not in response_types():
            importing.errors.append(f"Invalid gateway response type: {kind}")
            continue
        status = node.get("statusCode")
        importing.definition.gateway_responses[kind] = GatewayResponse(
            response_type=kind,
            status_code=str(status) if status is not None else None,
            response_parameters=dict(node.get("responseParameters") or {}),
            response_templates=dict(node.get("responseTemplates") or {}),
        )


def base_path(importing: Reading, mode: str | None) -> str:
    """Return the prefix of all paths: empty or, depending on `basepath`, all or part of the first server's path.

    `split` drops the path's first segment, which names the stage (developer guide, import-api-basePath).
    """
    mode = mode or "ignore"
    if mode not in _BASE_PATH_MODES:
        importing.errors.append(f"Invalid basepath parameter: {mode}. Must be one of: {', '.join(_BASE_PATH_MODES)}")
        return ""
    servers = importing.document.get("servers") or [{}]
    path = _server_path(servers[0]).rstrip("/")
    if mode == "ignore" or not path:
        return ""
    if mode == "prepend":
        return path
    return "/" + "/".join(path.strip("/").split("/")[1:]) if path.count("/") > 1 else ""


def _server_path(server: Json) -> str:
    url, variables = str(server.get("url") or ""), server.get("variables") or {}
    if "basePath" in variables and "{basePath}" not in url:
        # The variable counts even if the URL does not use it (recorded).
        return "/" + str(variables["basePath"].get("default", "")).strip("/")
    for name, variable in variables.items():
        url = url.replace(f"{{{name}}}", str(variable.get("default", "")))
    path = urlsplit(url).path if "://" in url else url
    return path if path.startswith("/") else f"/{path}"
