"""Answers with the request as the function saw it, without what a caller keeps secret."""

import json
from typing import Any

_SECRET = {"authorization", "cookie", "x-api-key", "x-amz-security-token"}


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """A REST proxy event in, a proxy result out."""
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
