"""Returns who called, in the short form of payload 2.0: an object without statusCode is the body, with status 200."""

from typing import Any


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Takes an HTTP API event and returns the response's body."""
    request = event["requestContext"]
    authorizer = request.get("authorizer") or {}
    return {
        "route": event["routeKey"],
        "path": event["rawPath"],
        "subject": authorizer.get("jwt", {}).get("claims", {}).get("sub"),
        "caller": authorizer.get("iam", {}).get("userArn"),
    }
