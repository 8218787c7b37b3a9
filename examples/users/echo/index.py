"""Returns the request as the function received it, without secrets."""

import json
from typing import Any

_SECRET = {"authorization", "cookie", "x-api-key", "x-amz-security-token"}


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Takes a REST proxy event and returns a proxy result."""
    headers = event.get("headers") or {}
    seen = {
        "method": event["httpMethod"],
        "path": event["path"],
        "query": event.get("queryStringParameters") or {},
        "headers": {name: "REDACTED" if name.lower() in _SECRET else value for name, value in headers.items()},
    }
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(seen),
    }
