"""Returns the function's account, and the API that called."""

import json
from typing import Any


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Takes a REST proxy event and returns a proxy result."""
    region, account = context.invoked_function_arn.split(":")[3:5]
    answer = {"functionAccount": account, "functionRegion": region, "api": event["requestContext"]["apiId"]}
    return {"statusCode": 200, "headers": {"Content-Type": "application/json"}, "body": json.dumps(answer)}
