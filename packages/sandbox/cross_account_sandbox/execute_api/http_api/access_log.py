"""Access logs of an HTTP API: one line per request, in the stage's format, to the stage's log group.

HTTP APIs need no CloudWatch role in the account settings. Source: API Gateway developer guide, "Customize HTTP API
access logs". A variable without a value is `-`.
"""

from __future__ import annotations

import re
from typing import Any

from aws_rules.arns import Arn, ArnError
from cross_account_sandbox.execute_api.execution_log import stream
from cross_account_sandbox.execute_api.http_api.event import context_1_0, context_2_0
from cross_account_sandbox.execute_api.http_api.exchange import HttpExchange
from cross_account_sandbox.http import HttpResponse

_VARIABLE = re.compile(r"\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_\-:]+)*)")


def write(exchange: HttpExchange, response: HttpResponse) -> None:
    """Write the line if the stage has a destination."""
    settings = exchange.stage.access_log_settings or {}
    layout = settings.get("Format")
    try:
        arn = Arn.parse(settings.get("DestinationArn", ""))
    except ArnError:
        return
    if not layout or arn.service != "logs":
        return
    group = arn.resource.removeprefix("log-group:").removesuffix(":*")
    values = variables(exchange, response)
    line = _VARIABLE.sub(lambda match: _value(values, match[1]), layout)
    line = line.encode("utf-8", "replace").decode()
    exchange.world.logs.write(arn.account, arn.region, group, stream(group, exchange.stage.stage_name), line)


def variables(exchange: HttpExchange, response: HttpResponse) -> dict[str, Any]:
    """Return every `$context` variable of access logs."""
    refusal, backend = exchange.refusal, exchange.integration
    error = (refusal.integration_error or None) if refusal else None
    context = context_1_0(exchange) | context_2_0(exchange)
    authorizer = dict(exchange.authorizer or {})
    for kind in ("jwt", "lambda"):
        authorizer |= authorizer.get(kind) or {}
    return context | {
        "authorizer": authorizer | {"error": refusal.why if refusal and refusal.hop == "authorization" else None},
        "error": {
            "message": refusal.message if refusal else None,
            "messageString": f'"{refusal.message}"' if refusal else None,
            "responseType": None,
        },
        "integration": {
            "error": error,
            "status": backend.get("status"),
            "integrationStatus": backend.get("integrationStatus"),
            "latency": backend.get("latency"),
            "requestId": backend.get("requestId"),
        },
        "integrationErrorMessage": error,
        "integrationLatency": backend.get("latency"),
        "integrationStatus": backend.get("integrationStatus"),
        "responseLatency": exchange.elapsed_ms(),
        "responseLength": len(response.body),
        "status": response.status,
    }


def _value(values: dict[str, Any], name: str) -> str:
    found: Any = values
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return "-" if found is None or found == "" or isinstance(found, dict) else str(found)
