"""Calls the REST API of another account: assumes a role there, signs the request with SigV4, returns the response.

The event describes the request: {"method": "GET", "path": "/pets/1", "query": {"type": "dog"}, "body": "text"}, of
which only `path` is required. The result is {"statusCode", "headers", "body"} for every status.

Settings (environment variables)
  API_URL      https://{api}.execute-api.{region}.amazonaws.com/{stage}
  API_REGION   the API's Region, which is part of the signature
  ROLE_ARN     the role in the API's account
  EXTERNAL_ID  the external ID that the role's trust policy requires, if any
  API_ENDPOINT the address to connect to instead, if set; the signature is still for the API's own host
boto3 is part of Lambda's Python runtimes, so nothing is packaged.
"""

from __future__ import annotations

import http.client
import os
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from role_session import credentials

# API Gateway's limit is 29 s, so waiting longer for a connection does not help.
TIMEOUT_S = 29


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Send the request that the event describes."""
    method, url, body = requested(event)
    content_type = {"Content-Type": "application/json"} if body else {}
    request = AWSRequest(method=method, url=url, data=body, headers=content_type)
    SigV4Auth(credentials(), "execute-api", os.environ["API_REGION"]).add_auth(request)
    return send(method, url, dict(request.headers.items()), body)


def requested(event: dict[str, Any]) -> tuple[str, str, bytes]:
    """Method, URL and body bytes of the event's request.

    Raises ValueError for a path that cannot be signed as it is sent.
    """
    path = event["path"]
    if not path.startswith("/") or {"", ".", ".."} & set(path.split("/")[1:-1]) or path.endswith(("/.", "/..")):
        message = f"path {path!r}: start it with a slash, and remove empty segments, `.` and `..`"
        raise ValueError(message)
    query = urlencode(sorted((event.get("query") or {}).items()), quote_via=quote, safe="-_.~")
    url = os.environ["API_URL"] + quote(path, safe="/-_.~") + (f"?{query}" if query else "")
    return event.get("method", "GET").upper(), url, (event.get("body") or "").encode()


def send(method: str, url: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """Send a signed request to its host, or to API_ENDPOINT under that host's name."""
    parts = urlsplit(url)
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    address = urlsplit(os.environ.get("API_ENDPOINT") or f"https://{parts.netloc}")
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.netloc, timeout=TIMEOUT_S)
    try:
        connection.request(method, target, body=body or None, headers={"Host": parts.netloc, **headers})
        response = connection.getresponse()
        text = response.read().decode("utf-8", "replace")
        return {"statusCode": response.status, "headers": dict(response.getheaders()), "body": text}
    finally:
        connection.close()
