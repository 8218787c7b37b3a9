"""Payload compression, for APIs that set a minimum size.

Source: API Gateway developer guide, "Enable payload compression for REST APIs".
"""

from __future__ import annotations

import gzip
import zlib

from cross_account_sandbox.compressed import unpacked
from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.limits import BODY
from cross_account_sandbox.execute_api.refusal import BAD_REQUEST_BODY, Refusal
from cross_account_sandbox.http import HttpResponse


def compress(exchange: Exchange, response: HttpResponse) -> None:
    """Compress an integration's response if the client accepts it and the body has the minimum size (bytes)."""
    least = exchange.snapshot.definition.minimum_compression_size
    if exchange.refusal is not None or least is None or len(response.body) < least or not response.body:
        return
    if any(name.lower() == "content-encoding" for name, _ in response.headers):
        return
    coding = _coding(exchange.header("accept-encoding"))
    if coding == "gzip":
        response.body = gzip.compress(response.body, compresslevel=6, mtime=0)
    elif coding == "deflate":
        response.body = zlib.compress(response.body)
    else:
        return
    response.headers.append(("Content-Encoding", coding))


def _coding(accepted: str) -> str:
    for part in accepted.lower().split(","):
        name, _, parameters = part.strip().partition(";")
        if name in ("gzip", "deflate", "*") and parameters.replace(" ", "") not in ("q=0", "q=0.0"):
            return "gzip" if name == "*" else name
    return ""


def decompress(exchange: Exchange) -> None:
    """Decompress the request's body if the API has compression enabled. Raises Refusal for an invalid body."""
    if exchange.snapshot.definition.minimum_compression_size is None:
        return
    try:
        exchange.body = unpacked(exchange.request.body, exchange.header("content-encoding"), most=BODY)
    except ValueError as problem:
        # Unconfirmed: the message for a body that does not match its Content-Encoding. Reason: no AWS page shows it.
        why = f"The body does not match its Content-Encoding: {problem}"
        raise Refusal(BAD_REQUEST_BODY, "Bad Request", hop="limits", why=why) from None
