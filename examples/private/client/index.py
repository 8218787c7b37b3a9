"""A job in the VPC that calls the private API; it connects to API_ENDPOINT instead, if set."""

import http.client
import os
from typing import Any
from urllib.parse import urlsplit


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """GET the event's `path`; returns {"statusCode", "body"}."""
    url = urlsplit(os.environ["API_URL"] + event["path"])
    address = urlsplit(os.environ.get("API_ENDPOINT") or f"https://{url.netloc}")
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.netloc, timeout=10)
    try:
        connection.request("GET", url.path, headers={"Host": url.netloc})
        response = connection.getresponse()
        return {"statusCode": response.status, "body": response.read().decode()}
    finally:
        connection.close()
