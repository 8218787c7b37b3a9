"""Routes: their route keys, authorization and targets."""

from __future__ import annotations

import re
from typing import Any

from cross_account_sandbox.apigateway.errors import bad_request, conflict
from cross_account_sandbox.apigateway.identifiers import new_id
from cross_account_sandbox.apigatewayv2.deployments import changed
from cross_account_sandbox.apigatewayv2.lookup import api_of, member, page_by_token
from cross_account_sandbox.apigatewayv2.members import described, fields_of
from cross_account_sandbox.apigatewayv2.members import update as update_members
from cross_account_sandbox.apigatewayv2.model import HttpApi, HttpRoute
from cross_account_sandbox.control_plane.service import Call

_METHODS = "ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT"
_SEGMENT = r"(?:\{[A-Za-z0-9_.:-]+\+?\}|[A-Za-z0-9._~!$&'()*+,;=:@%-]*)"
_ROUTE_KEY = re.compile(rf"^(?:\$default|(?:{_METHODS}) /(?:{_SEGMENT}(?:/{_SEGMENT})*)?)$")
_GREEDY_INSIDE = re.compile(r"\{[^}]+\+\}.")


def create(call: Call) -> dict[str, Any]:
    api = api_of(call)
    route = add(
        api, HttpRoute(route_id=new_id(7, taken=api.routes), **fields_of(HttpRoute, call.params, without=("route_id",)))
    )
    changed(api)
    return describe(route)


def add(api: HttpApi, route: HttpRoute) -> HttpRoute:
    """Check a route and add it to an API."""
    _check(api, route)
    api.routes[route.route_id] = route
    return route


def get(call: Call) -> dict[str, Any]:
    return describe(_named(call))


def get_all(call: Call) -> dict[str, Any]:
    return page_by_token(call, [describe(route) for route in api_of(call).routes.values()])


def update(call: Call) -> dict[str, Any]:
    api, route = api_of(call), _named(call)
    changes = HttpRoute(**vars(route))
    update_members(changes, call.params, without=("route_id",))
    changes.authorization_scopes = changes.authorization_scopes or []
    if changes.authorization_type in ("NONE", "AWS_IAM"):
        changes.authorizer_id = None
    _check(api, changes)
    api.routes[route.route_id] = changes
    changed(api)
    return describe(changes)


def delete(call: Call) -> None:
    api = api_of(call)
    del api.routes[_named(call).route_id]
    changed(api)


def _named(call: Call) -> HttpRoute:
    return member(call, api_of(call).routes, "RouteId", "route")


def describe(route: HttpRoute) -> dict[str, Any]:
    """Format a route for a response."""
    shown = described(route)
    if not route.api_gateway_managed:
        shown.pop("ApiGatewayManaged", None)
    return shown


def _check(api: HttpApi, route: HttpRoute) -> None:
    if not _ROUTE_KEY.match(route.route_key) or _GREEDY_INSIDE.search(route.route_key):
        raise bad_request(
            "The provided route key is not formatted properly for HTTP protocol. "
            'Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"'
        )
    if any(other.route_key == route.route_key and other.route_id != route.route_id for other in api.routes.values()):
        raise conflict(f"Route with key {route.route_key} already exists for this API")
    if route.api_key_required:
        # Unconfirmed: the text for a route of an HTTP API that requires an API key. Reason: only the rule is
        # documented.
        raise bad_request("API keys are not supported for HTTP APIs")
    if route.target is not None and (
        not route.target.startswith("integrations/") or route.integration_id not in api.integrations
    ):
        # Unconfirmed: the text for a target that is not an integration of the API. Reason: no AWS page shows it.
        raise bad_request(f"Invalid integration target specified: {route.target}")
    _check_authorization(api, route)


def _check_authorization(api: HttpApi, route: HttpRoute) -> None:
    kinds = {"NONE": None, "AWS_IAM": None, "JWT": "JWT", "CUSTOM": "REQUEST"}
    if route.authorization_type not in kinds:
        # Unconfirmed: the text for an authorization type that routes do not have. Reason: no AWS page shows it.
        raise bad_request(f"Invalid authorization type specified: {route.authorization_type}")
    wanted = kinds[route.authorization_type]
    authorizer = api.authorizers.get(route.authorizer_id or "")
    if wanted is not None and (authorizer is None or authorizer.authorizer_type != wanted):
        # As users report from AWS for JWT: anomalyco/ion#1104.
        # Unconfirmed: the text for CUSTOM without an authorizer of type REQUEST. Reason: the reports show only JWT.
        raise bad_request(
            f"Invalid authorizer ID specified. Setting the authorization type to {route.authorization_type} requires a "
            f"valid {wanted} authorizer."
        )
    if route.authorization_scopes and route.authorization_type != "JWT":
        # As users report from AWS: aws/aws-cdk#27576.
        raise bad_request(
            "Invalid Route authorization type specified. Authorization Scopes are only valid for COGNITO_USER_POOLS "
            "and JWT authorization types"
        )
