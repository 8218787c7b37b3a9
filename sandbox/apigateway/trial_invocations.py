"""The console's "Test" button: one request straight to a method, answered by the data plane with its log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.apigateway.errors import not_found
from sandbox.apigateway.lookup import api_of, authorizer_of, resource_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.control_plane.service import Call, Operation


async def test_invoke_method(call: Call) -> dict[str, Any]:
    """TestInvokeMethod: the definition as edited, not as deployed; ANY answers for each verb."""
    from sandbox.execute_api.test_invoke import test_invoke_method as invoke

    resource, params = resource_of(call), call.params
    verb = str(params["httpMethod"])
    if verb not in resource.methods:
        message = "Invalid Method identifier specified"
        raise not_found(message)
    answer: dict[str, Any] = await invoke(
        call.world,
        api_of(call),
        resource,
        verb,
        path_with_query=params.get("pathWithQueryString"),
        body=params.get("body"),
        headers=params.get("headers"),
        multi_value_headers=params.get("multiValueHeaders"),
        stage_variables=params.get("stageVariables"),
    )
    return answer


async def test_invoke_authorizer(call: Call) -> dict[str, Any]:
    """TestInvokeAuthorizer: what the authorizer answers to a request."""
    from sandbox.execute_api.test_invoke import test_invoke_authorizer as invoke

    params = call.params
    answer: dict[str, Any] = await invoke(
        call.world,
        api_of(call),
        authorizer_of(call),
        headers=params.get("headers"),
        multi_value_headers=params.get("multiValueHeaders"),
        path_with_query=params.get("pathWithQueryString"),
        body=params.get("body"),
        stage_variables=params.get("stageVariables"),
    )
    return answer


OPERATIONS: Mapping[str, Operation] = {
    "TestInvokeAuthorizer": test_invoke_authorizer,
    "TestInvokeMethod": test_invoke_method,
}
