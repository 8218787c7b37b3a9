"""Gateway responses: the API's own response to each type of error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.apigateway.describe import not_none
from cross_account_sandbox.apigateway.errors import bad_request, not_found
from cross_account_sandbox.apigateway.gateway_response_types import DEFAULT_STATUS, default_of, response_types
from cross_account_sandbox.apigateway.lookup import api_of
from cross_account_sandbox.apigateway.model.definition import Definition, GatewayResponse
from cross_account_sandbox.apigateway.paging import page_by_position
from cross_account_sandbox.apigateway.patch import PatchTable, entries, setter
from cross_account_sandbox.control_plane.service import Call, Operation

DEFAULT_TEMPLATES = {"application/json": '{"message":$context.error.messageString}'}
_STATUS = re.compile(r"^[1-5]\d\d$")


def put_gateway_response(call: Call) -> dict[str, Any]:
    """PutGatewayResponse: members that the call leaves out get the defaults of the type."""
    definition, params = api_of(call).definition, call.params
    kind = str(call.params["responseType"])
    response = GatewayResponse(
        response_type=kind,
        status_code=params.get("statusCode") or DEFAULT_STATUS[kind],
        response_parameters=dict(params.get("responseParameters") or {}),
        response_templates=dict(params.get("responseTemplates") or DEFAULT_TEMPLATES),
    )
    _check(response)
    definition.gateway_responses[kind] = response
    return shown_gateway_response(definition, kind)


def get_gateway_response(call: Call) -> dict[str, Any]:
    """GetGatewayResponse: return the stored settings, or API Gateway's defaults."""
    return shown_gateway_response(api_of(call).definition, str(call.params["responseType"]))


def get_gateway_responses(call: Call) -> dict[str, Any]:
    """GetGatewayResponses: return all types, set or not."""
    definition = api_of(call).definition
    return page_by_position([shown_gateway_response(definition, kind) for kind in response_types()], call.params)


def update_gateway_response(call: Call) -> dict[str, Any]:
    """UpdateGatewayResponse: apply patch operations. This also works for a type that was not set yet."""
    definition, kind = api_of(call).definition, str(call.params["responseType"])
    response = definition.gateway_responses.get(kind) or GatewayResponse(
        response_type=kind, status_code=DEFAULT_STATUS[kind], response_templates=dict(DEFAULT_TEMPLATES)
    )
    _PATCHES.apply(response, call.params.get("patchOperations"), check=_check)
    definition.gateway_responses[kind] = response
    return shown_gateway_response(definition, kind)


def delete_gateway_response(call: Call) -> None:
    """DeleteGatewayResponse: reset the type to its default."""
    definition, kind = api_of(call).definition, str(call.params["responseType"])
    if definition.gateway_responses.pop(kind, None) is None:
        raise not_found("Gateway response type not defined on api")


def shown_gateway_response(definition: Definition, kind: str) -> dict[str, Any]:
    """Format a type for a response: its own settings, else those of its DEFAULT_… type, else API Gateway's defaults."""
    own = definition.gateway_responses.get(kind)
    inherited = definition.gateway_responses.get(default_of(kind) or "")
    source = own or inherited
    status = source.status_code if source else None
    return not_none(
        responseType=kind,
        statusCode=status or DEFAULT_STATUS[kind],
        responseParameters=dict(source.response_parameters) if source else {},
        responseTemplates=dict((source.response_templates if source else None) or DEFAULT_TEMPLATES),
        defaultResponse=own is None,
    )


def _check(response: GatewayResponse) -> None:
    if response.status_code is not None and not _STATUS.match(response.status_code):
        raise bad_request(f"Invalid status code: {response.status_code}")
    for member, values in (
        ("responseTemplates", response.response_templates),
        ("responseParameters", response.response_parameters),
    ):
        if any(not value for value in values.values()):
            raise bad_request(f"Invalid null or empty value in {member}")
    for parameter in response.response_parameters:
        if not parameter.startswith("gatewayresponse.header."):
            raise bad_request(f"Invalid mapping expression parameter specified: {parameter}")


_PARAMETERS = entries("response_parameters", missing="Invalid parameter name specified")
_TEMPLATES = entries("response_templates", missing="Content-Type specified was not found")


def _set_status(response: GatewayResponse, value: str | None) -> None:
    setter("status_code")(response, value or None)


def _only_replaced(_response: GatewayResponse, _value: str | None) -> None:
    raise bad_request("Invalid patch path /statusCode")


_PATCHES = PatchTable[GatewayResponse](
    {
        "/statusCode": {"replace": _set_status, "add": _only_replaced, "remove": _only_replaced},
        "/responseParameters/{name}": _PARAMETERS,
        "/responseTemplates/{type}": _TEMPLATES,
    }
)

OPERATIONS: Mapping[str, Operation] = {
    "DeleteGatewayResponse": delete_gateway_response,
    "GetGatewayResponse": get_gateway_response,
    "GetGatewayResponses": get_gateway_responses,
    "PutGatewayResponse": put_gateway_response,
    "UpdateGatewayResponse": update_gateway_response,
}
