"""The console's "Test" buttons: send one request directly to a method or authorizer and return its log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.apigateway.errors import not_found
from cross_account_sandbox.apigateway.lookup import api_of, authorizer_of, resource_of
from cross_account_sandbox.control_plane.service import Call, Operation


async def test_invoke_method(call: Call) -> dict[str, Any]:
    """TestInvokeMethod: use the current definition, not a deployment."""
    from cross_account_sandbox.execute_api.trial_method import try_method

    resource = resource_of(call)
    verb = str(call.params["httpMethod"])
    if verb not in resource.methods and "ANY" not in resource.methods:
        raise not_found("Invalid Method identifier specified")
    return await try_method(call.world, api_of(call), resource, verb, call.params)


async def test_invoke_authorizer(call: Call) -> dict[str, Any]:
    """TestInvokeAuthorizer: use the current authorizer, not a deployment."""
    from cross_account_sandbox.execute_api.trial_authorizer import try_authorizer

    authorizer = authorizer_of(call)
    return await try_authorizer(call.world, api_of(call), authorizer, call.params)


OPERATIONS: Mapping[str, Operation] = {
    "TestInvokeAuthorizer": test_invoke_authorizer,
    "TestInvokeMethod": test_invoke_method,
}
