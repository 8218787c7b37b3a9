"""Integrations: the backends that methods call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_rules.quotas import REST_INTEGRATION_MS
from cross_account_sandbox.apigateway.describe import filled, given_empty, not_none, shown_map, shown_templates
from cross_account_sandbox.apigateway.errors import bad_request
from cross_account_sandbox.apigateway.integration_responses import shown_integration_response
from cross_account_sandbox.apigateway.integration_rules import check_integration
from cross_account_sandbox.apigateway.lookup import api_of, integration_of, method_of, resource_of
from cross_account_sandbox.apigateway.model.definition import Integration, Resource
from cross_account_sandbox.apigateway.patch import PatchTable, entries, optional, setter, truth
from cross_account_sandbox.control_plane.service import Call, Operation


def put_integration(call: Call) -> dict[str, Any]:
    """PutIntegration: replace an existing integration and its responses."""
    method, params = method_of(call), call.params
    integration = Integration(
        type=str(params.get("type") or ""),
        http_method=params.get("integrationHttpMethod"),
        uri=params.get("uri"),
        credentials=params.get("credentials"),
        connection_type=str(params.get("connectionType") or "INTERNET"),
        connection_id=params.get("connectionId"),
        request_parameters=dict(params.get("requestParameters") or {}),
        request_templates={kind: text or "" for kind, text in (params.get("requestTemplates") or {}).items()},
        passthrough_behavior=str(params.get("passthroughBehavior") or "WHEN_NO_MATCH").upper(),
        content_handling=params.get("contentHandling"),
        timeout_ms=int(params.get("timeoutInMillis") or REST_INTEGRATION_MS),
        cache_namespace=params.get("cacheNamespace"),
        cache_key_parameters=list(params.get("cacheKeyParameters") or []),
        tls_config=dict(params["tlsConfig"]) if params.get("tlsConfig") else None,
        response_transfer_mode=params.get("responseTransferMode"),
        given_empty=given_empty(params, "requestParameters", "requestTemplates"),
    )
    check_integration(integration, method, call=call, api=api_of(call))
    method.integration = integration
    return shown_integration(integration, resource_of(call))


def get_integration(call: Call) -> dict[str, Any]:
    """GetIntegration: return the integration and its responses."""
    return shown_integration(integration_of(call), resource_of(call))


def update_integration(call: Call) -> dict[str, Any]:
    """UpdateIntegration: apply all patch operations or none."""
    integration, method, api = integration_of(call), method_of(call), api_of(call)
    _PATCHES.apply(
        integration,
        call.params.get("patchOperations"),
        check=lambda draft: check_integration(draft, method, call=call, api=api),
    )
    return shown_integration(integration, resource_of(call))


def delete_integration(call: Call) -> None:
    integration_of(call)
    method_of(call).integration = None


def shown_integration(integration: Integration, resource: Resource) -> dict[str, Any]:
    """Format an integration for a response."""
    over_http = integration.type.startswith("HTTP")
    responses = {code: shown_integration_response(response) for code, response in sorted(integration.responses.items())}
    return not_none(
        type=integration.type,
        httpMethod=integration.http_method,
        uri=integration.uri,
        connectionType=integration.connection_type if over_http or integration.connection_id else None,
        connectionId=integration.connection_id,
        credentials=integration.credentials,
        requestParameters=shown_map("requestParameters", integration.request_parameters, integration.given_empty),
        requestTemplates=shown_templates("requestTemplates", integration.request_templates, integration.given_empty),
        passthroughBehavior=integration.passthrough_behavior,
        contentHandling=integration.content_handling,
        timeoutInMillis=integration.timeout_ms,
        cacheNamespace=integration.cache_namespace or resource.id,
        cacheKeyParameters=list(integration.cache_key_parameters),
        integrationResponses=filled(responses),
        tlsConfig=integration.tls_config,
        responseTransferMode=integration.response_transfer_mode,
    )


def _milliseconds(value: str | None) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise bad_request(f"Invalid timeout: {value}") from None


def _set_insecure(integration: Integration, value: str | None) -> None:
    integration.tls_config = {**(integration.tls_config or {}), "insecureSkipVerification": truth(value)}


def _add_cache_key(integration: Integration, _value: str | None, name: str) -> None:
    if name not in integration.cache_key_parameters:
        integration.cache_key_parameters.append(name)


def _remove_cache_key(integration: Integration, _value: str | None, name: str) -> None:
    integration.cache_key_parameters = [one for one in integration.cache_key_parameters if one != name]


def _connection_type(integration: Integration, value: str | None) -> None:
    integration.connection_type = value or "INTERNET"


_PATCHES = PatchTable[Integration](
    {
        "/httpMethod": {"replace": setter("http_method")},
        "/uri": {"replace": setter("uri")},
        "/credentials": optional("credentials"),
        "/connectionType": {"replace": _connection_type, "remove": _connection_type},
        "/connectionId": optional("connection_id"),
        "/responseTransferMode": {"replace": optional("response_transfer_mode")["replace"]},
        "/contentHandling": optional("content_handling"),
        "/passthroughBehavior": {"replace": setter("passthrough_behavior")},
        "/timeoutInMillis": {"replace": setter("timeout_ms", _milliseconds)},
        "/cacheNamespace": optional("cache_namespace"),
        "/cacheKeyParameters/{name}": {"add": _add_cache_key, "remove": _remove_cache_key},
        "/tlsConfig/insecureSkipVerification": {"replace": _set_insecure},
        "/requestParameters/{name}": entries("request_parameters", missing="Invalid parameter name specified"),
        "/requestTemplates/{type}": entries("request_templates", missing="Content-Type specified was not found"),
    }
)

OPERATIONS: Mapping[str, Operation] = {
    "DeleteIntegration": delete_integration,
    "GetIntegration": get_integration,
    "PutIntegration": put_integration,
    "UpdateIntegration": update_integration,
}
