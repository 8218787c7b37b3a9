"""Methods: the HTTP methods of a resource, and the responses that they declare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.apigateway.describe import filled, given_empty, not_none, shown_map
from cross_account_sandbox.apigateway.errors import bad_request, conflict, must_exist
from cross_account_sandbox.apigateway.integration_rules import VERBS
from cross_account_sandbox.apigateway.integrations import shown_integration
from cross_account_sandbox.apigateway.lookup import api_of, method_of, resource_of
from cross_account_sandbox.apigateway.mapping_expressions import (
    check_method_parameters,
    check_method_response_parameters,
)
from cross_account_sandbox.apigateway.model.definition import Definition, Method, MethodResponse, Resource
from cross_account_sandbox.apigateway.patch import PatchTable, entries, listed, optional, setter, truth
from cross_account_sandbox.control_plane.service import Call, Operation

_AUTHORIZATION = ("NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS")
_BY_AUTHORIZER = ("CUSTOM", "COGNITO_USER_POOLS")


def put_method(call: Call) -> dict[str, Any]:
    """PutMethod. Raises ConflictException if the method exists."""
    resource, params = resource_of(call), call.params
    verb = str(params["httpMethod"])
    if verb not in VERBS:
        raise bad_request(f"Invalid HttpMethod specified. Valid options are {','.join(VERBS)}")
    if verb in resource.methods:
        raise conflict("Method already exists for this resource")
    method = Method(
        http_method=verb,
        authorization_type=str(params.get("authorizationType") or ""),
        authorizer_id=params.get("authorizerId"),
        authorization_scopes=list(params.get("authorizationScopes") or []),
        api_key_required=bool(params.get("apiKeyRequired", False)),
        operation_name=params.get("operationName"),
        request_validator_id=params.get("requestValidatorId"),
        request_parameters=dict(params.get("requestParameters") or {}),
        request_models=dict(params.get("requestModels") or {}),
        given_empty=given_empty(params, "requestParameters", "requestModels"),
    )
    _check_method(method, api_of(call).definition)
    resource.methods[verb] = method
    return shown_method(method, resource)


def get_method(call: Call) -> dict[str, Any]:
    """GetMethod: return the method, its integration and its responses."""
    return shown_method(method_of(call), resource_of(call))


def update_method(call: Call) -> dict[str, Any]:
    """UpdateMethod: apply all patch operations or none."""
    method, definition = method_of(call), api_of(call).definition
    _METHOD_PATCHES.apply(
        method, call.params.get("patchOperations"), check=lambda draft: _check_method(draft, definition)
    )
    return shown_method(method, resource_of(call))


def delete_method(call: Call) -> None:
    """DeleteMethod: delete the method and its integration."""
    method = method_of(call)
    del resource_of(call).methods[method.http_method]


def put_method_response(call: Call) -> dict[str, Any]:
    """PutMethodResponse. Raises ConflictException if the status is already declared."""
    code = str(call.params["statusCode"])
    method = method_of(call)
    if code in method.responses:
        raise conflict("Response already exists")
    response = MethodResponse(
        status_code=code,
        response_parameters=dict(call.params.get("responseParameters") or {}),
        response_models=dict(call.params.get("responseModels") or {}),
        given_empty=given_empty(call.params, "responseParameters", "responseModels"),
    )
    _check_response(response, api_of(call).definition)
    method.responses[code] = response
    return shown_response(response)


def get_method_response(call: Call) -> dict[str, Any]:
    return shown_response(_response_of(call))


def update_method_response(call: Call) -> dict[str, Any]:
    """UpdateMethodResponse: apply patch operations."""
    response, definition = _response_of(call), api_of(call).definition
    _RESPONSE_PATCHES.apply(
        response, call.params.get("patchOperations"), check=lambda draft: _check_response(draft, definition)
    )
    return shown_response(response)


def delete_method_response(call: Call) -> None:
    del method_of(call).responses[_response_of(call).status_code]


def shown_method(method: Method, resource: Resource) -> dict[str, Any]:
    """Format a method for a response."""
    responses = {code: shown_response(response) for code, response in sorted(method.responses.items())}
    integration = method.integration
    return not_none(
        httpMethod=method.http_method,
        authorizationType=method.authorization_type,
        authorizerId=method.authorizer_id,
        authorizationScopes=filled(list(method.authorization_scopes)),
        apiKeyRequired=method.api_key_required,
        requestValidatorId=method.request_validator_id,
        operationName=method.operation_name,
        requestParameters=shown_map("requestParameters", method.request_parameters, method.given_empty),
        requestModels=shown_map("requestModels", method.request_models, method.given_empty),
        methodResponses=filled(responses),
        methodIntegration=shown_integration(integration, resource) if integration else None,
    )


def shown_response(response: MethodResponse) -> dict[str, Any]:
    """Format a method response for an API response."""
    return not_none(
        statusCode=response.status_code,
        responseParameters=shown_map("responseParameters", response.response_parameters, response.given_empty),
        responseModels=shown_map("responseModels", response.response_models, response.given_empty),
    )


def _response_of(call: Call) -> MethodResponse:
    code = str(call.params["statusCode"])
    return must_exist(method_of(call).responses.get(code), "Invalid Response status code specified")


def _check_method(method: Method, definition: Definition) -> None:
    if method.authorization_type.upper() == "NONE":
        # AWS accepts NONE in upper and lower case (recorded).
        # Unconfirmed: that AWS accepts AWS_IAM and the other authorization types only in upper case. Reason: only NONE
        # is recorded.
        method.authorization_type = "NONE"
    if method.authorization_type not in _AUTHORIZATION:
        # Unconfirmed: the text for an authorization type that methods do not have. Reason: no AWS page shows it.
        raise bad_request(f"Invalid authorization type specified. Valid options are {', '.join(_AUTHORIZATION)}")
    if method.authorization_type in _BY_AUTHORIZER:
        if method.authorizer_id not in definition.authorizers:
            raise bad_request(
                "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS "
                "requires a valid authorizer."
            )
    else:
        method.authorizer_id = None
    if method.request_validator_id is not None and method.request_validator_id not in definition.validators:
        raise bad_request("Invalid Request Validator identifier specified")
    _check_models(method.request_models, definition)
    check_method_parameters(method.request_parameters)


def _check_response(response: MethodResponse, definition: Definition) -> None:
    _check_models(response.response_models, definition)
    check_method_response_parameters(response.response_parameters)


def _check_models(models: Mapping[str, str], definition: Definition) -> None:
    for name in models.values():
        if name not in definition.models:
            raise bad_request(f"Invalid model identifier specified: {name}")


_NO_PARAMETER = "Invalid parameter name specified"
_NO_TYPE = "Content-Type specified was not found"
_METHOD_PATCHES = PatchTable[Method](
    {
        "/authorizationType": {"replace": setter("authorization_type")},
        "/authorizerId": {"replace": optional("authorizer_id")["replace"]},
        "/authorizationScopes": listed("authorization_scopes"),
        "/apiKeyRequired": {"replace": setter("api_key_required", truth)},
        "/operationName": {"replace": optional("operation_name")["replace"]},
        "/requestValidatorId": {"replace": optional("request_validator_id")["replace"]},
        "/requestParameters/{name}": entries("request_parameters", truth, missing=_NO_PARAMETER),
        "/requestModels/{type}": entries("request_models", missing=_NO_TYPE),
    }
)
_RESPONSE_PATCHES = PatchTable[MethodResponse](
    {
        "/responseParameters/{name}": entries("response_parameters", truth, missing=_NO_PARAMETER),
        "/responseModels/{type}": entries("response_models", missing=_NO_TYPE),
    }
)

OPERATIONS: Mapping[str, Operation] = {
    "DeleteMethod": delete_method,
    "DeleteMethodResponse": delete_method_response,
    "GetMethod": get_method,
    "GetMethodResponse": get_method_response,
    "PutMethod": put_method,
    "PutMethodResponse": put_method_response,
    "UpdateMethod": update_method,
    "UpdateMethodResponse": update_method_response,
}
