"""Look up the API or part of an API that a call refers to; raises API Gateway's error if it does not exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from cross_account_sandbox.apigateway.errors import bad_request, must_exist
from cross_account_sandbox.apigatewayv2.model import HttpApi, HttpApiStore, HttpStage
from cross_account_sandbox.control_plane.service import Call

T = TypeVar("T")


def store_of(call: Call) -> HttpApiStore:
    """Return the store of the caller's HTTP APIs in the call's Region."""
    return call.world.http_apis(call.account, call.region)


def api_of(call: Call) -> HttpApi:
    """Return the API with the call's `ApiId`."""
    api_id = str(call.params.get("ApiId", ""))
    return must_exist(store_of(call).apis.get(api_id), f"Invalid API identifier specified {call.account}:{api_id}")


def member(call: Call, held: Mapping[str, T], parameter: str, what: str) -> T:
    """Return the part of an API that a parameter refers to. Raises NotFoundException."""
    # Unconfirmed: the text for a route, a deployment, route settings and the like that do not exist. Reason: AWS's
    # texts for an API, a stage and an authorizer are known; these follow their form.
    name = str(call.params.get(parameter, ""))
    return must_exist(held.get(name), f"Invalid {what} identifier specified")


def stage_of(call: Call) -> HttpStage:
    """Return the stage with the call's `StageName`."""
    return member(call, api_of(call).stages, "StageName", "stage")


def page_by_token(call: Call, items: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the items from `NextToken` on: at most `MaxResults`, or all without it."""
    token, most = str(call.params.get("NextToken") or "0"), str(call.params.get("MaxResults") or len(items) or 1)
    if not token.isdigit() or not most.isdigit() or int(most) < 1:
        raise bad_request("Invalid NextToken or MaxResults specified")
    start, end = int(token), int(token) + int(most)
    return {"Items": list(items[start:end])} | ({"NextToken": str(end)} if end < len(items) else {})
