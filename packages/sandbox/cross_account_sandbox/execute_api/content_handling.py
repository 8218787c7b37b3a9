"""Content handling: CONVERT_TO_BINARY, CONVERT_TO_TEXT, and the default without them.

Source: API Gateway developer guide, "Content type conversions for REST APIs" (its two tables).
"""

from __future__ import annotations

import base64
import binascii

TO_BINARY = "CONVERT_TO_BINARY"
TO_TEXT = "CONVERT_TO_TEXT"


def request_body(body: bytes, *, binary: bool, handling: str | None) -> bytes:
    """Return the payload as the integration gets it. Raises ValueError for text that is not base64."""
    if binary and handling == TO_TEXT:
        return base64.b64encode(body)
    if not binary and handling == TO_BINARY:
        return _unwrapped(body)
    return body


def response_body(body: bytes, *, binary: bool, wanted: bool, handling: str | None) -> bytes:
    """Return the payload as the client gets it; `wanted` is True if its Accept header requests a binary body."""
    if binary:
        to_text = handling == TO_TEXT or (handling is None and not wanted)
        return base64.b64encode(body) if to_text else body
    to_binary = handling == TO_BINARY or (handling is None and wanted)
    return _unwrapped(body) if to_binary else body


def _unwrapped(body: bytes) -> bytes:
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise ValueError("the payload must be base64 to be converted to binary") from None
