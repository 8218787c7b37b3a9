"""Says through which endpoint the request came."""

import json
from typing import Any


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """A REST proxy event in, a proxy result out."""
    identity = event["requestContext"]["identity"]
    answer = {"vpce": identity.get("vpceId"), "vpc": identity.get("vpcId")}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(answer)}
