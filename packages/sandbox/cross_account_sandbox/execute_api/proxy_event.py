"""The event of a Lambda proxy integration (REST API, payload 1.0).

Source: API Gateway developer guide, "Lambda proxy integrations in API Gateway", and events recorded on AWS: a path and
its parameters keep their percent-encoding, the query is decoded, and the single-value maps hold the last of repeated
headers and parameters.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.request_context import request_context


def proxy_event(exchange: Exchange) -> dict[str, Any]:
    """Build the event that the function gets."""
    body, encoded = _body(exchange)
    single, multi = header_maps(exchange.headers)
    query = exchange.query
    resource = exchange.resource
    return {
        "resource": resource.path if resource else None,
        "path": exchange.invoked_path,
        "httpMethod": exchange.verb,
        "headers": single or None,
        "multiValueHeaders": multi or None,
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "pathParameters": exchange.path_parameters or None,
        "stageVariables": exchange.stage.variables or None,
        "requestContext": request_context(exchange),
        "body": body,
        "isBase64Encoded": encoded,
    }


def event_bytes(event: dict[str, Any]) -> bytes:
    """Encode the event as sent: compact JSON in UTF-8; a lone surrogate, which UTF-8 cannot encode, becomes `?`."""
    # Unconfirmed: that a lone surrogate in a JSON text becomes `?`. Reason: no AWS page says so.
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")


def header_maps(headers: list[tuple[str, str]]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Build the single-value and multi-value maps. Names that differ only in case are merged under the first one."""
    spelling: dict[str, str] = {}
    multi: dict[str, list[str]] = {}
    for name, value in headers:
        multi.setdefault(spelling.setdefault(name.lower(), name), []).append(value)
    return {name: values[-1] for name, values in multi.items()}, multi


def _body(exchange: Exchange) -> tuple[str | None, bool]:
    if not exchange.body:
        return None, False
    if exchange.snapshot.binary.match(exchange.header("content-type")):
        return base64.b64encode(exchange.body).decode("ascii"), True
    # A text body is decoded as UTF-8 and invalid bytes are replaced, so binary bodies need a binary media type.
    return exchange.body.decode("utf-8", "replace"), False
