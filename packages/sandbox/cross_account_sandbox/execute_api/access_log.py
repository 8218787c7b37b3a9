"""Access logs: one line per request, in the stage's format, to the log group that the stage names.

Source: API Gateway developer guide, "Variables for access logging for API Gateway". A variable without a
value is `-`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from aws_rules.arns import Arn, ArnError
from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.execution_log import stream
from cross_account_sandbox.execute_api.request_context import template_context
from cross_account_sandbox.http import HttpResponse

_VARIABLE = re.compile(r"\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_\-]+)*)")
_CONFIGURATION_ERROR = "Execution failed due to configuration error: "


def write(exchange: Exchange, response: HttpResponse) -> None:
    """Write the line if the stage has a destination and API Gateway is allowed to write logs."""
    stage = exchange.stage
    if not stage.access_log_arn or not stage.access_log_format:
        return
    store = exchange.world.apigateway(exchange.api.account, exchange.api.region)
    destination = _destination(stage.access_log_arn)
    if not store.cloudwatch_role_arn or destination is None:
        return
    account, region, group = destination
    exchange.world.logs.write(
        account, region, group, stream(group, stage.name), line(exchange, response, stage.access_log_format)
    )


@lru_cache(maxsize=256)
def _destination(arn: str) -> tuple[str, str, str] | None:
    """Account, Region and name of the log group; None for anything else (Firehose is not supported)."""
    try:
        parsed = Arn.parse(arn)
    except ArnError:
        return None
    kind, _, name = parsed.resource.partition(":")
    if parsed.service != "logs" or kind != "log-group":
        return None
    return parsed.account, parsed.region, name.removesuffix(":*")


def line(exchange: Exchange, response: HttpResponse, layout: str) -> str:
    """Fill in every variable of the format."""
    values = variables(exchange, response)
    parts = list(_parts(layout))
    parts[1::2] = [_shown(values, name) for name in parts[1::2]]
    return "".join(parts).encode("utf-8", "replace").decode()


@lru_cache(maxsize=256)
def _parts(layout: str) -> tuple[str, ...]:
    """Split a format into alternating text and variable names, starting with text."""
    return tuple(_VARIABLE.split(layout))


def _shown(values: dict[str, Any], name: str) -> str:
    found: Any = values.get(name)
    if found is None:
        found = values
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
    if isinstance(found, bool):
        return "true" if found else "false"
    return "-" if found is None or found == "" or isinstance(found, dict) else str(found)


def variables(exchange: Exchange, response: HttpResponse) -> dict[str, Any]:
    """Return every `$context` variable of access logs, by its full name."""
    context = template_context(exchange)
    call = exchange.calls[-1] if exchange.calls else None
    error = _integration_error(exchange)
    latency = call.latency_ms if call else None
    status = call.function_status if call else None
    service = call.status if call else None
    request_id = call.request_id if call else None
    return context | {
        "status": response.status,
        "responseLength": len(response.body),
        "responseLatency": exchange.elapsed_ms(),
        "integrationLatency": latency,
        "integrationStatus": service,
        "integrationErrorMessage": error,
        "integration.error": error,
        "integration.latency": latency,
        "integration.status": status,
        "integration.integrationStatus": service,
        "integration.requestId": request_id,
        "awsEndpointRequestId": request_id,
        "customDomain.basePathMatched": exchange.address.base_path.lstrip("/") or None,
        "authorize.status": _authorization_status(exchange, response),
        "authorizer.latency": exchange.authorizer_call.latency_ms if exchange.authorizer_call else None,
        "authorizer.requestId": exchange.authorizer_call.request_id if exchange.authorizer_call else None,
        "authorizer.status": exchange.authorizer_call.status if exchange.authorizer_call else None,
        "authorizer.error": exchange.refusal.why
        if exchange.refusal and exchange.refusal.hop == "authorization"
        else None,
    }


def _integration_error(exchange: Exchange) -> str | None:
    refusal = exchange.refusal
    if refusal is not None and refusal.hop in ("integration", "permission", "function", "response") and refusal.log:
        return refusal.log[0].removeprefix(_CONFIGURATION_ERROR)
    return exchange.calls[-1].error if exchange.calls else None


def _authorization_status(exchange: Exchange, response: HttpResponse) -> int | None:
    if exchange.method is None or exchange.method.authorization_type == "NONE":
        return None
    return response.status if exchange.refusal is not None and exchange.refusal.hop == "authorization" else 200
