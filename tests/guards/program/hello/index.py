"""Answers with what it was called for."""

import json
from typing import Any


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """A REST API's event, or an HTTP API's of payload 2.0."""
    called = event.get("routeKey") or f"{event['httpMethod']} {event['resource']}"
    return {"statusCode": 200, "body": json.dumps({"hello": called})}
