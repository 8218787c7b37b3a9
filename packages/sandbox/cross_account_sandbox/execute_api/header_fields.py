"""Header fields that an HTTP message can carry, and how the sandbox handles the others.

A name is a token (RFC 9110, 5.1 and 5.6.2), a value has no control character but the tab (5.5), and the fields that
frame a message must match its body (RFC 9112, 6). A function's response that breaks these rules is malformed. A field
that a mapping, an override or a gateway response builds from a request or a backend response is not the function's
fault: it is omitted, and the trace reports it.
"""

# Unconfirmed: that a header field which HTTP cannot carry is omitted from a request or a response. Reason: no AWS page
# says so.

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from cross_account_sandbox.execute_api.base import BaseExchange
from cross_account_sandbox.http import HttpResponse
from cross_account_sandbox.trace import Outcome

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
#: The most digits that a body's length can have.
_LONGEST_LENGTH = 18


def problem(name: str, value: str) -> str:
    """Explain why no HTTP message can carry this field; empty if one can."""
    if not _TOKEN.fullmatch(name):
        return f"the header name {name!r} is not a token as defined in RFC 9110"
    if _CONTROL.search(value):
        return f"the header {name!r} has a control character in its value: {value[:100]!r}"
    return ""


def carried(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the fields that a message can carry; a lone surrogate becomes `?`, as in all text that is sent."""
    return [(name, _sendable(value)) for name, value in headers if not problem(name, value)]


def _sendable(value: str) -> str:
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


def guard(exchange: BaseExchange[Any, Any], response: HttpResponse) -> None:
    """Omit every field that would keep the response from reaching the client."""
    method, trace = exchange.request.method, exchange.trace
    kept = []
    for name, value in response.headers:
        why = problem(name, value) or _misframed(response, name, value, method=method)
        if why:
            trace.add("response", Outcome.PASSED, f"Omitted a response header: {why}", header=name, value=value)
        else:
            kept.append((name, _sendable(value)))
    response.headers = kept


def _misframed(response: HttpResponse, name: str, value: str, *, method: str) -> str:
    lower = name.lower()
    if lower == "transfer-encoding":
        return f"{name} is reserved for the connection between the client and the sandbox: {value!r}"
    if lower != "content-length" or value == str(len(response.body)):
        return ""
    # In a response to HEAD, the length is that of a body that is not sent.
    counted = value.isascii() and value.isdigit() and len(value) <= _LONGEST_LENGTH
    return "" if method == "HEAD" and counted else f"{name} does not match the body's length: {value!r}"
