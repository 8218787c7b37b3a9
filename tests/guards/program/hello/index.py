"""A function that returns the route of its call."""

import json
from typing import Any


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Handle a REST API's event, or an HTTP API's event in payload format 2.0."""
    called = event.get("routeKey") or f"{event['httpMethod']} {event['resource']}"
    return {"statusCode": 200, "body": json.dumps({"hello": called})}
