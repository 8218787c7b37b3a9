"""Integrations of a method: one module per kind, each with `async def run(exchange, integration) -> HttpResponse`."""

from __future__ import annotations

from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.integrations import aws, aws_proxy, http, mock
from cross_account_sandbox.execute_api.refusal import Unsupported, configuration_error
from cross_account_sandbox.http import HttpResponse

_KINDS = {"AWS_PROXY": aws_proxy.run, "MOCK": mock.run, "HTTP": http.run, "HTTP_PROXY": http.run, "AWS": aws.run}


async def run_integration(exchange: Exchange) -> HttpResponse:
    """Run the method's integration."""
    integration = exchange.method.integration if exchange.method else None
    if integration is None:
        raise configuration_error(
            why="The method has no integration", hop="integration", detail="No integration defined for method"
        )
    if integration.response_transfer_mode == "STREAM":
        raise Unsupported(what="response streaming (transfer mode STREAM)", hop="integration", uri=integration.uri)
    run = _KINDS.get(integration.type)
    if run is None:
        raise Unsupported(what=f"integrations of type {integration.type}", hop="integration", type=integration.type)
    return await run(exchange, integration)
