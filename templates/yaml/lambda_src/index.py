"""Answers the API's routes; the event is that of an AWS_PROXY integration."""

import json


def handler(event, _context):
    """Greet the person whom the query string names."""
    name = (event.get("queryStringParameters") or {}).get("name", "World")
    return {"statusCode": 200, "body": json.dumps({"message": f"Hello, {name}!"})}
