"""Returns the endpoint through which the request came."""

import json
from typing import Any


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Takes a REST proxy event and returns a proxy result."""
    identity = event["requestContext"]["identity"]
    answer = {"vpce": identity.get("vpceId"), "vpc": identity.get("vpcId")}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(answer)}
