"""A call of STS without a client of botocore's.

A provider logs in once for each operation. In an operation without changes, that is its only call of AWS, and loading a
client for it, with urllib3 and the description of STS, takes longer than everything else that the provider does.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import reduce
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree as ET

from cross_account_sandbox.resources.made_for import name_purpose

_SECONDS = 10
_VERSION = "2011-06-15"
_CONTENT_TYPE = "application/x-www-form-urlencoded; charset=utf-8"


def call_sts(
    url: str, action: str, parameters: Mapping[str, str], *, credentials: Mapping[str, str], region: str
) -> dict[str, str] | None:
    """Return the values of STS's response by their names; None for every other outcome, without a reason.

    The caller repeats a call without an outcome with a client, whose errors and retries are AWS's.
    """
    parts = urlsplit(url)
    if not {"accessKey", "secretKey"} <= credentials.keys() or parts.scheme != "http" or parts.path.strip("/"):
        return None
    body = urlencode({"Action": action, "Version": _VERSION, **parameters})
    host = parts.netloc
    headers = signed_headers(host, body, credentials=credentials, region=region, now=datetime.now(UTC))
    name_purpose({"headers": headers})
    connection = http.client.HTTPConnection(host, timeout=_SECONDS)
    try:
        connection.request("POST", "/", body, headers)
        answer = connection.getresponse()
        if answer.status != http.client.OK:
            return None
        document = ET.fromstring(answer.read())  # noqa: S314 - of the sandbox on this machine
    except (OSError, http.client.HTTPException, ET.ParseError):
        return None
    finally:
        connection.close()
    values = {element.tag.rpartition("}")[2]: element.text or "" for element in document.iter()}
    return values if f"{action}Response" in values else None


def signed_headers(
    host: str, body: str, *, credentials: Mapping[str, str], region: str, now: datetime
) -> dict[str, str]:
    """Sign a POST to STS. Source: IAM user guide, "Create a signed AWS API request"."""
    time = f"{now:%Y%m%dT%H%M%SZ}"
    headers = {"content-type": _CONTENT_TYPE, "host": host, "x-amz-date": time}
    if "token" in credentials:
        headers["x-amz-security-token"] = credentials["token"]
    names = ";".join(headers)
    listed = "".join(f"{name}:{value}\n" for name, value in headers.items())
    request = f"POST\n/\n\n{listed}\n{names}\n{_hash(body)}"
    scope = f"{time[:8]}/{region}/sts/aws4_request"
    key = reduce(_hmac, scope.split("/"), f"AWS4{credentials['secretKey']}".encode())
    signature = _hmac(key, f"AWS4-HMAC-SHA256\n{time}\n{scope}\n{_hash(request)}").hex()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={credentials['accessKey']}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return headers


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
