"""The client's response, built from a function's result.

Format 2.0 infers the response if there is no `statusCode`: status 200, content type application/json, the function's
JSON as the body. Format 1.0 requires the full form. Source: API Gateway developer guide, "Create AWS Lambda proxy
integrations for HTTP APIs".
"""

from __future__ import annotations

import base64
import json
from typing import Any

from cross_account_sandbox import json_text
from cross_account_sandbox.execute_api import header_fields
from cross_account_sandbox.execute_api.http_api.refusal import HttpRefusal, failed
from cross_account_sandbox.http import HttpResponse

_DEFAULT_TYPE = ("content-type", "text/plain;charset=UTF-8")


def response_of(payload: bytes, version: str) -> HttpResponse:
    """Build the response. Raises HttpRefusal (500) if the payload is not a response."""
    try:
        result = json_text.loads(payload or b"null")
    except ValueError:
        raise _malformed("The function's result is not JSON") from None
    if version == "2.0" and not (isinstance(result, dict) and "statusCode" in result):
        return _inferred(result)
    if not isinstance(result, dict) or "statusCode" not in result:
        raise _malformed("The function's result has no statusCode, which payload format 1.0 requires")
    headers = _headers(result, version)
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(_DEFAULT_TYPE)
    return HttpResponse(status=_status(result["statusCode"]), headers=headers, body=_body(result))


def _inferred(result: Any) -> HttpResponse:
    text = result if isinstance(result, str) else json.dumps(result, separators=(",", ":"), ensure_ascii=False)
    return HttpResponse(
        status=200, headers=[("content-type", "application/json")], body=text.encode("utf-8", "replace")
    )


def _status(value: Any) -> int:
    try:
        status = int(str(value)) if not isinstance(value, bool) else 0
    except ValueError:
        status = 0
    # 1xx only announces a response: the client would wait for the one after it.
    # Unconfirmed: that a statusCode outside of 200 to 599 is malformed for an HTTP API. Reason: no AWS page says so.
    if not 200 <= status <= 599:
        raise _malformed(f"The function's statusCode {value!r} is not a valid HTTP status code")
    return status


def _headers(result: dict[str, Any], version: str) -> list[tuple[str, str]]:
    headers: list[tuple[str, str]] = []
    single = result.get("headers") or {}
    multi = (result.get("multiValueHeaders") or {}) if version == "1.0" else {}
    if not isinstance(single, dict) or not isinstance(multi, dict):
        raise _malformed("The function's headers are not an object")
    named = {name.lower() for name in multi}
    for name, values in multi.items():
        if not isinstance(values, list):
            raise _malformed(f"The multi-value header {name!r} is not a list")
        headers += [(name, _text(value)) for value in values]
    headers += [(name, _text(value)) for name, value in single.items() if name.lower() not in named]
    if version == "2.0":
        cookies = result.get("cookies") or []
        if not isinstance(cookies, list):
            raise _malformed("The function's cookies are not a list")
        headers += [("set-cookie", _text(cookie)) for cookie in cookies]
    for name, value in headers:
        problem = header_fields.problem(name, value)
        if problem:
            raise _malformed(f"The function's response cannot be sent: {problem}")
    return headers


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise _malformed(f"The header value {value!r} is not text")


def _body(result: dict[str, Any]) -> bytes:
    body = result.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise _malformed("The function's body is not a string")
    if not result.get("isBase64Encoded"):
        return body.encode("utf-8", "replace")
    try:
        return base64.b64decode(body, validate=True)
    except ValueError:
        raise _malformed("The function's body is not base64") from None


def _malformed(why: str) -> HttpRefusal:
    return failed(hop="response", why=why)
