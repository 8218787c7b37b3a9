"""Says what the authorizer said of the caller."""

import json
from typing import Any


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """A REST proxy event in, a proxy result out."""
    authorizer = event["requestContext"]["authorizer"]
    answer = {"principal": authorizer["principalId"], "team": authorizer["team"]}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(answer)}
