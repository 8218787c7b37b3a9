"""Answers with what the authorizer said about the caller."""

import json
from typing import Any


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """A REST proxy event in, a proxy result out."""
    return {
        "statusCode": 200,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps({"path": event["path"], "authorizer": event["requestContext"].get("authorizer")}),
    }
