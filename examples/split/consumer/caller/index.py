"""Calls the API at API_URL; it connects to API_ENDPOINT instead, if set."""

import http.client
import json
import os
from typing import Any
from urllib.parse import quote, urlsplit


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """GET one order, or all; returns {"statusCode", "orders"}."""
    path = f"/orders/{quote(event['id'], safe='')}" if event.get("id") else "/orders"
    url = urlsplit(os.environ["API_URL"] + path)
    address = urlsplit(os.environ.get("API_ENDPOINT") or f"https://{url.netloc}")
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.netloc, timeout=10)
    try:
        connection.request("GET", url.path, headers={"Host": url.netloc})
        response = connection.getresponse()
        return {"statusCode": response.status, "orders": json.loads(response.read())}
    finally:
        connection.close()
