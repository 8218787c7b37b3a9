"""Header fields that an HTTP message can carry, and what becomes of the others.

A name is a token (RFC 9110, 5.1 and 5.6.2), a value has no control character but the tab (5.5), and the fields that
frame a message are what its body says (RFC 9112, 6). A function's answer that breaks this is malformed. What a mapping,
an override or a gateway response makes of a request's or a backend's text is not the function's fault: such a field is
left out, and the trace says so.
"""

# Unconfirmed: that a header field which HTTP cannot carry is left out of a request or an answer. Reason: no AWS page
# says it.

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from cross_account_sandbox.execute_api.base import BaseExchange
from cross_account_sandbox.http import HttpResponse
from cross_account_sandbox.trace import Outcome

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
#: Digits of a body's length: nothing is longer.
_LONGEST_LENGTH = 18


def problem(name: str, value: str) -> str:
    """Why no HTTP message can carry this field; empty where one can."""
    if not _TOKEN.fullmatch(name):
        return f"the header name {name!r} is not a token of RFC 9110"
    if _CONTROL.search(value):
        return f"the header {name!r} has a control character in its value: {value[:100]!r}"
    return ""


def carried(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The fields that a message can carry; half a surrogate pair becomes `?`, as in every text that is sent."""
    return [(name, _sendable(value)) for name, value in headers if not problem(name, value)]


def _sendable(value: str) -> str:
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def guard(exchange: BaseExchange[Any, Any], response: HttpResponse) -> None:
    """Leave out of an answer every field that would keep it from the client."""
    method, trace = exchange.request.method, exchange.trace
    kept = []
    for name, value in response.headers:
        why = problem(name, value) or _misframed(response, name, value, method=method)
        if why:
            trace.add("response", Outcome.PASSED, f"Left a header out of the answer: {why}", header=name, value=value)
        else:
            kept.append((name, _sendable(value)))
    response.headers = kept


def _misframed(response: HttpResponse, name: str, value: str, *, method: str) -> str:
    lower = name.lower()
    if lower == "transfer-encoding":
        return f"{name} is between the client and the sandbox: {value!r}"
    if lower != "content-length" or value == str(len(response.body)):
        return ""
    # Of an answer to HEAD the length is that of a body which is not sent.
    counted = value.isascii() and value.isdigit() and len(value) <= _LONGEST_LENGTH
    return "" if method == "HEAD" and counted else f"{name} is not the body's length: {value!r}"
