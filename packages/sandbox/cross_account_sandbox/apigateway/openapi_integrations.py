"""Read an operation's `x-amazon-apigateway-integration` as the method's integration."""

from __future__ import annotations

import json
from typing import Any

from aws_rules.quotas import REST_INTEGRATION_MS
from cross_account_sandbox.apigateway.errors import bad_request
from cross_account_sandbox.apigateway.integration_rules import check_integration
from cross_account_sandbox.apigateway.mapping_expressions import check_response_mappings
from cross_account_sandbox.apigateway.model.definition import Integration, IntegrationResponse, Method
from cross_account_sandbox.apigateway.openapi_document import Importing, Json
from cross_account_sandbox.control_plane.errors import AwsError

EXTENSION = "x-amazon-apigateway-integration"


def put_integration(importing: Importing, method: Method, operation: Json, path: str) -> None:
    """Set the method's integration, or add AWS's import error ("Unable to put integration on …")."""
    extension = operation.get(EXTENSION)
    if extension is None:
        return
    node = importing.resolved(extension)
    where = f"on '{method.http_method}' for resource at path '{path}'"
    try:
        integration = _integration(node)
        integration.request_parameters = _mappings(importing, node, method, path)
        check_integration(integration, method, call=importing.call, api=importing.api)
        method.integration = integration
    except AwsError as error:
        importing.errors.append(f"Unable to put integration {where}: {error.message}")
        return
    for pattern, response in (node.get("responses") or {}).items():
        _put_response(importing, method, str(pattern), importing.resolved(response), where)


def _integration(node: Json) -> Integration:
    kind = str(node.get("type", "")).upper()
    verb = node.get("httpMethod")
    timeout = node.get("timeoutInMillis")
    return Integration(
        type=kind,
        http_method=str(verb).upper().replace("X-AMAZON-APIGATEWAY-ANY-METHOD", "ANY") if verb else None,
        uri=node.get("uri"),
        credentials=node.get("credentials"),
        connection_type=str(node.get("connectionType") or "INTERNET").upper(),
        connection_id=node.get("connectionId"),
        request_templates=_texts(node.get("requestTemplates")),
        passthrough_behavior=str(node.get("passthroughBehavior") or "WHEN_NO_MATCH").upper(),
        content_handling=_upper(node.get("contentHandling")),
        timeout_ms=REST_INTEGRATION_MS if timeout is None else int(timeout),
        response_transfer_mode=_upper(node.get("responseTransferMode")),
        cache_namespace=node.get("cacheNamespace"),
        cache_key_parameters=list(node.get("cacheKeyParameters") or []),
        tls_config=dict(node["tlsConfig"]) if isinstance(node.get("tlsConfig"), dict) else None,
    )


def _mappings(importing: Importing, node: Json, method: Method, path: str) -> dict[str, str]:
    found = node.get("requestParameters")
    mappings = found if isinstance(found, dict) else {}
    for name, value in mappings.items():
        if not isinstance(value, str):
            importing.warnings.append(
                f"Invalid format for 'requestParameters'. Expected type string for property '{name}' of resource "
                f"'{path}' and method '{method.http_method}' but got '{json.dumps(value)}'"
            )
    return {name: value for name, value in mappings.items() if isinstance(value, str)}


def _put_response(importing: Importing, method: Method, pattern: str, node: Json, where: str) -> None:
    code = str(node.get("statusCode") or "")
    integration = method.integration
    declared = method.responses.get(code)
    try:
        if declared is None and not _is_proxy(integration):
            raise bad_request("Invalid response status code specified")
        mappings = _texts(node.get("responseParameters"))
        check_response_mappings(mappings, declared)
    except AwsError as error:
        importing.errors.append(f"Unable to put integration response {where}: {error.message}")
        return
    if integration is not None:
        integration.responses[code] = IntegrationResponse(
            status_code=code,
            selection_pattern=None if pattern == "default" else pattern,
            response_parameters=mappings,
            response_templates=_texts(node.get("responseTemplates")),
            content_handling=_upper(node.get("contentHandling")),
        )


def _is_proxy(integration: Integration | None) -> bool:
    return integration is not None and integration.type.endswith("_PROXY")


def _texts(node: Any) -> dict[str, str]:
    if not isinstance(node, dict):
        return {}
    return {
        str(key): value if isinstance(value, str) else str(value) for key, value in node.items() if value is not None
    }


def _upper(value: object) -> str | None:
    return str(value).upper() if value else None
