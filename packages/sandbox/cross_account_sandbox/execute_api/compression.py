"""Payload compression, where the API sets a minimum size.

Source: API Gateway developer guide, "Enable payload compression for REST APIs".
"""

from __future__ import annotations

import gzip
import zlib

from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.http import HttpResponse


def compress(exchange: Exchange, response: HttpResponse) -> HttpResponse:
    """The answer compressed as the client accepts, from the minimum size (bytes) on."""
    least = exchange.snapshot.definition.minimum_compression_size
    if least is None or len(response.body) < least or not response.body:
        return response
    if any(name.lower() == "content-encoding" for name, _ in response.headers):
        return response
    coding = _coding(exchange.header("accept-encoding"))
    if coding == "gzip":
        response.body = gzip.compress(response.body, compresslevel=6, mtime=0)
    elif coding == "deflate":
        response.body = zlib.compress(response.body)
    else:
        return response
    response.headers.append(("Content-Encoding", coding))
    return response


def _coding(accepted: str) -> str:
    for part in accepted.lower().split(","):
        name, _, parameters = part.strip().partition(";")
        if name in ("gzip", "deflate", "*") and parameters.replace(" ", "") not in ("q=0", "q=0.0"):
            return "gzip" if name == "*" else name
    return ""


def decompressed(exchange: Exchange) -> bytes:
    """The request's body, decompressed where the API has compression on. Raises ValueError for a broken body."""
    if exchange.snapshot.definition.minimum_compression_size is None:
        return exchange.request.body
    return decoded(exchange.request.body, exchange.header("content-encoding"))


def decoded(body: bytes, coding: str) -> bytes:
    """The body without this content coding; as it is for another than gzip and deflate. Raises ValueError."""
    try:
        match coding.strip().lower():
            case "gzip":
                return gzip.decompress(body)
            case "deflate":
                return zlib.decompress(body)
    except (OSError, EOFError, zlib.error) as problem:
        raise ValueError(str(problem)) from None
    return body
