"""AWS_PROXY and HTTP_PROXY integrations of an HTTP API."""

from __future__ import annotations

import json
from urllib.parse import quote

from cross_account_sandbox.apigatewayv2.integrations import function_of
from cross_account_sandbox.apigatewayv2.model import HttpIntegration
from cross_account_sandbox.execute_api import outbound
from cross_account_sandbox.execute_api.http_api import event, lambda_call, proxy_response
from cross_account_sandbox.execute_api.http_api.exchange import HttpExchange
from cross_account_sandbox.execute_api.http_api.parameter_mapping import RequestMapping, map_response
from cross_account_sandbox.execute_api.http_api.refusal import failed, unavailable, unsupported
from cross_account_sandbox.execute_api.stage_variables import names_foreign_function, substituted
from cross_account_sandbox.functions.invocation import InvocationOutcome
from cross_account_sandbox.http import HttpResponse
from cross_account_sandbox.trace import Outcome

_NOT_FORWARDED = frozenset(
    ("host", "connection", "content-length", "transfer-encoding", "te", "upgrade", "expect", "accept-encoding")
)


async def run(exchange: HttpExchange) -> HttpResponse:
    """Call the backend and return its response. Raises HttpRefusal."""
    route = exchange.route
    integration = exchange.snapshot.integrations.get(route.integration_id or "") if route else None
    if route is None or integration is None:
        raise failed(hop="integration", why=f"The route {route.route_key if route else ''} has no integration")
    if integration.connection_type == "VPC_LINK":
        raise unsupported(hop="integration", what="VPC links", connection=integration.connection_id)
    if integration.integration_subtype:
        raise unsupported(hop="integration", what=f"the AWS service integration {integration.integration_subtype}")
    if integration.integration_type == "AWS_PROXY":
        if integration.request_parameters:
            raise unsupported(hop="integration", what="request parameter mapping for a function")
        response = await _function(exchange, integration)
    else:
        response = await _http(exchange, integration)
    map_response(exchange, integration.response_parameters, response)
    return response


async def _function(exchange: HttpExchange, integration: HttpIntegration) -> HttpResponse:
    uri = substituted(integration.integration_uri or "", exchange.stage.stage_variables)
    arn = function_of(uri)
    if arn is None:
        raise failed(hop="integration", why=f"The integration's URI names no function: {uri!r}", uri=uri)
    edited = integration.integration_uri or ""
    if names_foreign_function(edited, account=arn.account, api_account=exchange.api.account):
        why = f"Stage variables can only name functions in the API's own account: {edited} is in {arn.account}"
        raise failed(hop="integration", why=why, uri=edited)
    version = integration.payload_format_version
    made = event.event_2_0(exchange) if version == "2.0" else event.event_1_0(exchange)
    payload = json.dumps(made, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
    result = await lambda_call.invoke(
        exchange,
        arn,
        payload,
        tail=lambda_call.route_tail(exchange),
        credentials=integration.credentials_arn,
        timeout_ms=integration.timeout_in_millis,
    )
    if result.outcome is not InvocationOutcome.OK:
        why = f"{arn} failed: {result.payload[:500].decode('utf-8', 'replace')}"
        raise failed(hop="function", why=why, function=str(arn), requestId=result.request_id)
    exchange.trace.add(
        "function",
        Outcome.PASSED,
        f"{arn} answered in {result.duration_ms:.0f} ms",
        function=str(arn),
        requestId=result.request_id,
        version=result.executed_version,
        durationMs=round(result.duration_ms, 3),
    )
    response = proxy_response.response_of(result.payload, version)
    exchange.integration["status"] = response.status
    return response


async def _http(exchange: HttpExchange, integration: HttpIntegration) -> HttpResponse:
    uri = substituted(integration.integration_uri or "", exchange.stage.stage_variables)
    for name, value in exchange.path_parameters.items():
        uri = uri.replace(f"{{{name}}}", quote(value, safe="/")).replace(f"{{{name}+}}", quote(value, safe="/"))
    target = uri + (("&" if "?" in uri else "?") + exchange.request.query if exchange.request.query else "")
    wanted = integration.integration_method or "ANY"
    method = exchange.method if wanted == "ANY" else wanted
    mapping = RequestMapping(exchange, target, [pair for pair in exchange.headers if pair[0] not in _NOT_FORWARDED])
    mapping.apply(integration.request_parameters)
    if integration.request_parameters:
        target = mapping.target
    try:
        response = await outbound.reach(
            exchange.world,
            method,
            target,
            mapping.headers,
            exchange.request.body,
            timeout_ms=integration.timeout_in_millis,
        )
    except outbound.OutboundNotAllowedError as problem:
        raise unsupported(hop="integration", what=str(problem), uri=target) from None
    except (OSError, TimeoutError) as problem:
        raise unavailable(hop="integration", why=f"{target} cannot be reached: {problem}", uri=target) from None
    exchange.integration |= {"status": response.status, "integrationStatus": response.status}
    exchange.trace.add(
        "integration",
        Outcome.PASSED,
        f"{outbound.backend_name(target)} answered {response.status} to {method} {target}",
        uri=target,
        status=response.status,
    )
    response.headers = [pair for pair in response.headers if pair[0].lower() not in ("transfer-encoding", "connection")]
    return response
