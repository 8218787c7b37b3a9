"""Read the paths of an OpenAPI document as resources and methods."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from aws_rules.quotas import RESOURCES_QUOTA
from cross_account_sandbox.apigateway.mapping_expressions import check_method_parameters
from cross_account_sandbox.apigateway.model.definition import Definition, Method, MethodResponse, Resource
from cross_account_sandbox.apigateway.openapi_document import Importing, Json
from cross_account_sandbox.apigateway.openapi_integrations import put_integration
from cross_account_sandbox.apigateway.openapi_schemas import model_name
from cross_account_sandbox.apigateway.openapi_security import apply_security
from cross_account_sandbox.apigateway.resource_tree import add_resource
from cross_account_sandbox.control_plane.errors import AwsError

VERBS = {
    "get": "GET",
    "put": "PUT",
    "post": "POST",
    "delete": "DELETE",
    "patch": "PATCH",
    "options": "OPTIONS",
    "head": "HEAD",
    "x-amazon-apigateway-any-method": "ANY",
}
_PLACES = {"query": "querystring", "header": "header", "path": "path"}
_STATUS = re.compile(r"^[1-5]\d\d$")
_VARIABLES = re.compile(r"\{([^{}+]+)\+?\}")
_VALIDATOR = "x-amazon-apigateway-request-validator"


def read_paths(importing: Importing, prefix: str) -> None:
    """Create a resource (and its ancestors) for each path item, and a method for each operation."""
    for path, item in (importing.document.get("paths") or {}).items():
        if path.startswith("x-"):
            continue
        full = f"{prefix}{path}" if path != "/" or not prefix else prefix
        try:
            resource = resource_for(importing, full, importing.definition, importing.api.definition)
        except AwsError as error:
            importing.errors.append(f"Unable to create resource at path '{full}': {error.message}")
            continue
        whole = importing.resolved(item)
        for key, verb in VERBS.items():
            if isinstance(whole.get(key), dict):
                _read_operation(importing, resource, verb, whole[key], whole.get("parameters") or [])
        if "trace" in whole:
            importing.warnings.append(f"Unsupported method 'TRACE' for resource at path '{full}'")


def resource_for(importing: Importing, path: str, definition: Definition, known: Definition) -> Resource:
    """Return the resource of a path; create it and its ancestors if they are missing."""
    # Unconfirmed: that a path keeps its resource's ID when a document overwrites the API. Reason: no AWS page shows it.
    call = importing.call
    most = call.world.quotas.value(call.account, call.region, RESOURCES_QUOTA)
    resource = next(one for one in definition.resources.values() if one.parent_id is None)
    for part in [part for part in path.split("/") if part]:
        child_at = f"{resource.path.rstrip('/')}/{part}"
        found = definition.resource_at(child_at)
        if found is None:
            before = known.resource_at(child_at)
            found = add_resource(definition, resource, part, most=most, resource_id=before.id if before else None)
        resource = found
    return resource


def _read_operation(importing: Importing, resource: Resource, verb: str, operation: Json, shared: list[Json]) -> None:
    where = f"on '{verb}' for resource at path '{resource.path}'"
    method = Method(http_method=verb, operation_name=operation.get("operationId"))
    _read_parameters(importing, method, [*shared, *(operation.get("parameters") or [])], resource, where)
    body = importing.resolved(operation.get("requestBody") or {})
    method.request_models = _content_models(importing, body)
    for code, response in (operation.get("responses") or {}).items():
        if not _STATUS.match(str(code)):
            importing.warnings.append(f"Unsupported response '{code}' {where} is ignored")
            continue
        method.responses[str(code)] = _response(importing, str(code), importing.resolved(response))
    apply_security(importing, method, operation, where)
    _apply_validator(importing, method, operation, where)
    put_integration(importing, method, operation, resource.path)
    resource.methods[verb] = method


def _read_parameters(
    importing: Importing, method: Method, parameters: Iterable[Any], resource: Resource, where: str
) -> None:
    # Path variables are parameters of the method, whether declared or not.
    read = {f"method.request.path.{name}": True for name in _VARIABLES.findall(resource.path)}
    for node in parameters:
        parameter = importing.resolved(node)
        place, name = _PLACES.get(str(parameter.get("in"))), parameter.get("name")
        if place is None:
            importing.warnings.append(f"Parameter '{name}' in '{parameter.get('in')}' is not supported {where}")
            continue
        full = f"method.request.{place}.{name}"
        read[full] = read.get(full, False) or bool(parameter.get("required", False))
    try:
        check_method_parameters(read)
    except AwsError as error:
        importing.errors.append(f"Unable to create method {where}: {error.message}")
    method.request_parameters = read


def _content_models(importing: Importing, node: Json) -> dict[str, str]:
    models: dict[str, str] = {}
    for media_type, content in (node.get("content") or {}).items():
        name = model_name(importing, content.get("schema") if isinstance(content, dict) else None)
        if name is not None:
            models[media_type] = name
    return models


def _response(importing: Importing, code: str, node: Json) -> MethodResponse:
    headers = node.get("headers") or {}
    return MethodResponse(
        status_code=code,
        response_parameters={f"method.response.header.{name}": False for name in headers},
        response_models=_content_models(importing, node),
    )


def _apply_validator(importing: Importing, method: Method, operation: Json, where: str) -> None:
    name = operation.get(_VALIDATOR, importing.document.get(_VALIDATOR))
    if not name:
        return
    found = next((one for one in importing.definition.validators.values() if one.name == name), None)
    if found is None:
        importing.errors.append(f"Unable to put method {where}: Invalid Request Validator specified: {name}")
        return
    method.request_validator_id = found.id
