"""The response format of a Lambda proxy integration.

    {isBase64Encoded?, statusCode?, headers?, multiValueHeaders?, body?}

Any other key, a statusCode that is not a number, a body that is not a string, a header that HTTP cannot carry, or a
result that is not an object is 502 `Internal server error`. `{}` is 200 with an empty body. Sources: API Gateway
developer guide, "Output format of a Lambda function for proxy integration"; re:Post "malformed-502-api-gateway";
responses recorded on AWS.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import Any

from cross_account_sandbox import json_text
from cross_account_sandbox.execute_api import header_fields
from cross_account_sandbox.execute_api.refusal import API_CONFIGURATION_ERROR, INTERNAL_SERVER_ERROR, Refusal

_KEYS = frozenset({"isBase64Encoded", "statusCode", "headers", "multiValueHeaders", "body"})
_MALFORMED = "Execution failed due to configuration error: Malformed Lambda proxy response"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProxyResponse:
    """The response that the function returned."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = field(default_factory=tuple)
    body: str = ""
    is_base64: bool = False


def parse(payload: bytes, *, function_arn: str) -> ProxyResponse:
    """Parse and check the response. Raises Refusal (502), naming what is wrong, for a malformed one."""
    try:
        document = json_text.loads(payload)
    except ValueError:
        raise _malformed(problem="it is not JSON", payload=payload, function_arn=function_arn) from None
    if not isinstance(document, dict):
        raise _malformed(
            problem=f"expected an object, got {_kind(document)}", payload=payload, function_arn=function_arn
        )
    unknown = sorted(set(document) - _KEYS)
    if unknown:
        raise _malformed(problem=f"unknown key {unknown[0]!r}", payload=payload, function_arn=function_arn)
    try:
        return ProxyResponse(
            status=_status(document),
            headers=_headers(document),
            body=_text(document),
            is_base64=_flag(document),
        )
    except ValueError as problem:
        raise _malformed(problem=str(problem), payload=payload, function_arn=function_arn) from None


def decoded(response: ProxyResponse, *, binary: bool) -> bytes:
    """Return the body's bytes: base64 is decoded if the function set isBase64Encoded and the response is binary."""
    if response.is_base64 and binary:
        try:
            return base64.b64decode(response.body, validate=False)
        except binascii.Error:
            raise ValueError("the body is not base64 although isBase64Encoded is true") from None
    return response.body.encode("utf-8", "replace")


def _malformed(*, problem: str, payload: bytes, function_arn: str) -> Refusal:
    return Refusal(
        API_CONFIGURATION_ERROR,
        INTERNAL_SERVER_ERROR,
        hop="response",
        why=f"The response of {function_arn} is not a valid proxy response: {problem}",
        status=502,
        denied=False,
        log=(_MALFORMED,),
        function=function_arn,
        problem=problem,
        answer=payload[:512].decode("utf-8", "replace"),
    )


def malformed(problem: str, *, function_arn: str) -> Refusal:
    """Create the same refusal, for problems found after parsing."""
    return _malformed(problem=problem, payload=b"", function_arn=function_arn)


def _status(document: dict[str, Any]) -> int:
    if "statusCode" not in document:
        return 200
    value = document["statusCode"]
    # JSON.stringify turns NaN into null.
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"statusCode is not a number: {value!r}")
    if not 200 <= value <= 599:
        raise ValueError(f"statusCode is not a valid HTTP status code: {value}")
    return value


def _headers(document: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Merge both header maps: a name in both has the values of both, without duplicates.

    Source: API Gateway developer guide, "Output format of a Lambda function for proxy integration".
    """
    single, multi = document.get("headers"), document.get("multiValueHeaders")
    for name, value in (("headers", single), ("multiValueHeaders", multi)):
        if value is not None and not isinstance(value, dict):
            raise ValueError(f"{name} is not an object: {_kind(value)}")
    several: list[tuple[str, str]] = []
    for name, values in (multi or {}).items():
        if not isinstance(values, list):
            raise ValueError(f"multiValueHeaders[{name!r}] is not a list: {_kind(values)}")
        several.extend((name, _scalar(name, value)) for value in values)
    known = {(name.lower(), value) for name, value in several}
    alone = [(name, _scalar(name, value)) for name, value in (single or {}).items()]
    headers = [(name, value) for name, value in alone if (name.lower(), value) not in known] + several
    for name, value in headers:
        # Unconfirmed: that a response with a header which HTTP cannot carry is malformed. Reason: no AWS page shows it.
        problem = header_fields.problem(name, value)
        if problem:
            raise ValueError(problem)
    return tuple(headers)


def _scalar(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return json.dumps(value)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"the header {name!r} is not a string: {_kind(value)}")
    return value


def _text(document: dict[str, Any]) -> str:
    value = document.get("body")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValueError(f"body is not a string: {_kind(value)}")
    return value


def _flag(document: dict[str, Any]) -> bool:
    value = document.get("isBase64Encoded")
    if value is None:
        return False
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if not isinstance(value, bool):
        raise ValueError(f"isBase64Encoded is not a boolean: {_kind(value)}")
    return value


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
