"""Decompresses bodies up to a limit: 400 KB of gzip can hold 400 MB."""

from __future__ import annotations

import zlib

#: zlib's window bits for each content coding: with gzip's header, and with zlib's own.
_WINDOW = {"gzip": 31, "x-gzip": 31, "deflate": 15}


def unpacked(body: bytes, coding: str, *, most: int) -> bytes:
    """Remove this content coding from the body; codings other than gzip and deflate leave it unchanged.

    Raises ValueError for a corrupt body, and for a body that decompresses to more than `most` bytes.
    """
    window = _WINDOW.get(coding.strip().lower())
    if window is None:
        return body
    made, rest = bytearray(), body
    while rest:
        # A gzip body can consist of several members.
        part = zlib.decompressobj(window)
        try:
            made += part.decompress(rest, most + 1 - len(made))
        except zlib.error as problem:
            raise ValueError(str(problem)) from None
        if len(made) > most:
            raise ValueError(f"it unpacks to more than {most} bytes")
        if not part.eof:
            raise ValueError("it is truncated")
        rest = part.unused_data
    return bytes(made)
