"""MOCK: the request template's `statusCode` selects the integration response; no backend is called.

Source: API Gateway developer guide, "Mock integrations for REST APIs in API Gateway".
"""

from __future__ import annotations

import re

from cross_account_sandbox import json_text
from cross_account_sandbox.apigateway.model.definition import Integration
from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.integrations.custom import method_response, request_payload
from cross_account_sandbox.execute_api.refusal import configuration_error
from cross_account_sandbox.http import HttpResponse
from cross_account_sandbox.trace import Outcome

# AWS reads the template's result leniently: names can be unquoted or in single quotes.
_STATUS = re.compile(r"[{,]\s*['\"]?statusCode['\"]?\s*:\s*['\"]?(\d{3})['\"]?\s*[,}]")


async def run(exchange: Exchange, integration: Integration) -> HttpResponse:
    """Build the response from the integration responses only."""
    rendered = (await request_payload(exchange, integration)).decode("utf-8", "replace")
    status = _status(rendered)
    if status is None:
        raise configuration_error(
            why=f"The mock's request template returned no statusCode: {rendered[:200]!r}",
            hop="integration",
            detail="Unable to parse statusCode. It should be an integer that is defined in the request template.",
        )
    exchange.trace.add(
        "integration", Outcome.PASSED, f"MOCK: status {status} selects the integration response", status=status
    )
    # A mock integration passes no body to its response template.
    return await method_response(exchange, integration, selector=str(status), status=status, headers=[], body=b"")


def _status(rendered: str) -> int | None:
    try:
        document = json_text.loads(rendered)
    except ValueError:
        match = _STATUS.search(rendered)
        return int(match[1]) if match else None
    value = document.get("statusCode") if isinstance(document, dict) else None
    if isinstance(value, str) and re.fullmatch("[0-9]{3}", value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
