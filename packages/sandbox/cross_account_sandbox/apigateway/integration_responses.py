"""Integration responses: they map a backend's responses to method responses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.apigateway.describe import given_empty, not_none, shown_map, shown_templates
from cross_account_sandbox.apigateway.errors import bad_request, must_exist, not_found
from cross_account_sandbox.apigateway.lookup import method_of, resource_of
from cross_account_sandbox.apigateway.mapping_expressions import check_response_mappings
from cross_account_sandbox.apigateway.model.definition import Integration, IntegrationResponse, Method
from cross_account_sandbox.apigateway.patch import PatchTable, entries, optional, setter
from cross_account_sandbox.control_plane.service import Call, Operation


def put_integration_response(call: Call) -> dict[str, Any]:
    """PutIntegrationResponse: replace the integration response if it exists.

    A status without a method response is accepted; a request that selects it gets a 500 response (recorded on AWS).
    """
    method, params = method_of(call), call.params
    code = str(call.params["statusCode"])
    if method.integration is None:
        raise not_found("No integration defined for method")
    response = IntegrationResponse(
        status_code=code,
        selection_pattern=params.get("selectionPattern"),
        response_parameters=dict(params.get("responseParameters") or {}),
        response_templates={kind: text or "" for kind, text in (params.get("responseTemplates") or {}).items()},
        content_handling=params.get("contentHandling"),
        given_empty=given_empty(params, "responseParameters", "responseTemplates"),
    )
    _check(response, method)
    method.integration.responses[code] = response
    return shown_integration_response(response)


def get_integration_response(call: Call) -> dict[str, Any]:
    return shown_integration_response(_response_of(call))


def update_integration_response(call: Call) -> dict[str, Any]:
    """UpdateIntegrationResponse: apply patch operations."""
    response, method = _response_of(call), method_of(call)
    _PATCHES.apply(response, call.params.get("patchOperations"), check=lambda draft: _check(draft, method))
    return shown_integration_response(response)


def delete_integration_response(call: Call) -> None:
    """DeleteIntegrationResponse. As on AWS, an unknown method is reported as an unknown integration."""
    integration = _integration_of(call)
    code = str(call.params["statusCode"])
    if integration.responses.pop(code, None) is None:
        raise not_found("Invalid Response status code specified")


def shown_integration_response(response: IntegrationResponse) -> dict[str, Any]:
    """Format an integration response for an API response."""
    return not_none(
        statusCode=response.status_code,
        selectionPattern=response.selection_pattern,
        responseParameters=shown_map("responseParameters", response.response_parameters, response.given_empty),
        responseTemplates=shown_templates("responseTemplates", response.response_templates, response.given_empty),
        contentHandling=response.content_handling,
    )


def _integration_of(call: Call) -> Integration:
    method = resource_of(call).methods.get(str(call.params["httpMethod"]))
    if method is None or method.integration is None:
        raise not_found("Invalid Integration identifier specified")
    return method.integration


def _response_of(call: Call) -> IntegrationResponse:
    code = str(call.params["statusCode"])
    method_of(call)
    return must_exist(_integration_of(call).responses.get(code), "Invalid Response status code specified")


def _check(response: IntegrationResponse, method: Method) -> None:
    for content_type in response.response_templates:
        if "/" not in content_type and content_type != "$default":
            raise bad_request(
                f"Validation Result: warnings : [], errors : [Invalid content type specified: {content_type}]"
            )
    check_response_mappings(response.response_parameters, method.responses.get(response.status_code))


_PATCHES = PatchTable[IntegrationResponse](
    {
        "/selectionPattern": {**optional("selection_pattern"), "replace": setter("selection_pattern")},
        "/contentHandling": optional("content_handling"),
        "/responseParameters/{name}": entries("response_parameters", missing="Invalid parameter name specified"),
        "/responseTemplates/{type}": entries("response_templates", missing="Content-Type specified was not found"),
    }
)

OPERATIONS: Mapping[str, Operation] = {
    "DeleteIntegrationResponse": delete_integration_response,
    "GetIntegrationResponse": get_integration_response,
    "PutIntegrationResponse": put_integration_response,
    "UpdateIntegrationResponse": update_integration_response,
}
