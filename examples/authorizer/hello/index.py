"""Returns the authorizer's context for the caller."""

import json
from typing import Any


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Takes a REST proxy event and returns a proxy result."""
    authorizer = event["requestContext"]["authorizer"]
    answer = {"principal": authorizer["principalId"], "team": authorizer["team"]}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(answer)}
