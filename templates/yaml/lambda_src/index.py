"""Answers the API's routes; the event has the format of an AWS_PROXY integration."""

import json


def handler(event, _context):
    """Greet the person named in the query string."""
    name = (event.get("queryStringParameters") or {}).get("name", "World")
    return {"statusCode": 200, "body": json.dumps({"message": f"Hello, {name}!"})}
