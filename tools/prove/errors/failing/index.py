"""A function that fails in the way that the path names."""

import time
from typing import Any

#: Seconds: longer than API Gateway waits, and longer than the function's timeout.
LATE, TOO_LONG = 0.8, 2.0


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return a proxy response to a REST API's proxy event, unless the path requires a failure."""
    match event["path"]:
        case "/raise":
            raise ValueError("on purpose")
        case "/sleep":
            time.sleep(TOO_LONG)
        case "/late":
            time.sleep(LATE)
        case "/malformed":
            return {"statusCode": 200, "result": "nothing that API Gateway knows"}
        case "/header":
            return {"statusCode": 200, "headers": {"a header": "with a space"}, "body": "{}"}
    return {"statusCode": 200, "body": "{}"}
