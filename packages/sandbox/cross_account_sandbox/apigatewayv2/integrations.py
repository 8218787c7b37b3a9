"""Integrations of an HTTP API."""

from __future__ import annotations

import re
from typing import Any

from aws_rules.arns import ArnError, FunctionArn, InvokeUri, foreign_partition, partition_of_region
from aws_rules.quotas import HTTP_INTEGRATION_MS, SHORTEST_INTEGRATION_MS
from cross_account_sandbox.apigateway.errors import bad_request, conflict
from cross_account_sandbox.apigateway.identifiers import new_id
from cross_account_sandbox.apigatewayv2.deployments import changed
from cross_account_sandbox.apigatewayv2.lookup import api_of, member, page_by_token
from cross_account_sandbox.apigatewayv2.members import described, fields_of
from cross_account_sandbox.apigatewayv2.members import update as update_members
from cross_account_sandbox.apigatewayv2.model import HttpApi, HttpIntegration
from cross_account_sandbox.control_plane.service import Call

_VARIABLE = re.compile(r"\$\{stageVariables\.\w+\}")


def create(call: Call) -> dict[str, Any]:
    api = api_of(call)
    members = fields_of(HttpIntegration, call.params, without=("integration_id",))
    integration = add(api, HttpIntegration(integration_id=new_id(7, taken=api.integrations), **members))
    changed(api)
    return describe(integration)


def add(api: HttpApi, integration: HttpIntegration) -> HttpIntegration:
    """Check an integration and add it to an API."""
    _check(integration, api)
    api.integrations[integration.integration_id] = integration
    return integration


def get(call: Call) -> dict[str, Any]:
    return describe(_named(call))


def get_all(call: Call) -> dict[str, Any]:
    return page_by_token(call, [describe(integration) for integration in api_of(call).integrations.values()])


def update(call: Call) -> dict[str, Any]:
    api, integration = api_of(call), _named(call)
    changes = HttpIntegration(**vars(integration))
    update_members(changes, call.params, without=("integration_id",))
    _check(changes, api)
    api.integrations[integration.integration_id] = changes
    changed(api)
    return describe(changes)


def delete(call: Call) -> None:
    api, integration = api_of(call), _named(call)
    used = [route.route_id for route in api.routes.values() if route.integration_id == integration.integration_id]
    if used:
        # As users report from AWS: milliHQ/terraform-aws-next-js#247.
        raise conflict(
            f"Cannot delete Integration because it is referenced by the following Routes with Ids: [{', '.join(used)}]"
        )
    del api.integrations[integration.integration_id]
    changed(api)


def _named(call: Call) -> HttpIntegration:
    return member(call, api_of(call).integrations, "IntegrationId", "integration")


def describe(integration: HttpIntegration) -> dict[str, Any]:
    """Format an integration for a response."""
    shown = described(integration)
    if not integration.api_gateway_managed:
        shown.pop("ApiGatewayManaged", None)
    return shown


def function_of(uri: str | None) -> FunctionArn | None:
    """Return the function that an integration URI refers to by ARN or invocation URI; None for any other URI."""
    try:
        return FunctionArn.parse(uri or "")
    except ArnError:
        pass
    try:
        return InvokeUri.parse(uri or "").function
    except ArnError:
        return None


def _check(integration: HttpIntegration, api: HttpApi) -> None:
    if integration.integration_type not in ("AWS_PROXY", "HTTP_PROXY"):
        # As users report from AWS: aws/aws-cli#6363.
        raise bad_request(
            "Currently, an API with a protocol type of HTTP may only be associated with proxy integrations "
            "(AWS_PROXY, HTTP_PROXY)"
        )
    if not SHORTEST_INTEGRATION_MS <= integration.timeout_in_millis <= HTTP_INTEGRATION_MS:
        raise bad_request(f"Timeout should be between {SHORTEST_INTEGRATION_MS} ms and {HTTP_INTEGRATION_MS} ms")
    if integration.payload_format_version not in ("1.0", "2.0"):
        # Unconfirmed: the text for a payload format other than 1.0 and 2.0. Reason: only the rule is documented.
        raise bad_request(f"Invalid payload format version specified: {integration.payload_format_version}")
    if integration.integration_type == "HTTP_PROXY":
        if not (integration.integration_uri or "").startswith(("http://", "https://", "arn:")):
            raise bad_request("Invalid HTTP endpoint specified for URI")
        integration.integration_method = integration.integration_method or "ANY"
        return
    if integration.integration_subtype is not None:
        return
    # The stage defines its variables' values, such as a function name or alias (developer guide, http-api-stages).
    uri = integration.integration_uri or ""
    if function_of(_VARIABLE.sub("x", uri)) is None or foreign_partition(uri, partition_of_region(api.region)):
        # Unconfirmed: the text for an integration URI that is not a function's. Reason: it is recorded only for REST
        # APIs.
        raise bad_request("Invalid function ARN or invalid uri")
    integration.integration_method = "POST"
