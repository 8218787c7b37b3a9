"""Returns all orders, or one by its ID."""

import json
from typing import Any

ORDERS = {"1": {"id": "1", "item": "dog food"}, "2": {"id": "2", "item": "cat tree"}}


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """GET /orders and GET /orders/{id}."""
    identifier = (event["pathParameters"] or {}).get("id")
    found = list(ORDERS.values()) if identifier is None else ORDERS.get(identifier)
    if found is None:
        return _answer(404, {"message": f"no order {identifier}"})
    return _answer(200, found)


def _answer(status: int, document: object) -> dict[str, Any]:
    return {"statusCode": status, "headers": {"Content-Type": "application/json"}, "body": json.dumps(document)}
