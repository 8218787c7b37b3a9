"""Which bodies are binary: the API's binaryMediaTypes against a Content-Type or Accept header.

Source: API Gateway developer guide, "Content type conversions for REST APIs".
"""

from __future__ import annotations

from collections.abc import Iterable


class BinaryTypes:
    """The binary media types of one API. `*/*` makes every body binary, `image/*` every image."""

    def __init__(self, types: Iterable[str]) -> None:
        self._types = frozenset(kind.strip().lower() for kind in types)
        self._all = "*/*" in self._types

    def __bool__(self) -> bool:
        return bool(self._types)

    def match(self, media_type: str) -> bool:
        """Return True if this media type is binary, ignoring parameters. No type is binary only with `*/*`."""
        if not self._types:
            return False
        if self._all:
            return True
        kind = essence(media_type)
        return bool(kind) and (kind in self._types or f"{kind.partition('/')[0]}/*" in self._types)

    def accepted(self, accept: str) -> bool:
        """Return True if an Accept header requests a binary body: its first media type counts."""
        return self.match(accept.split(",", 1)[0])


def essence(media_type: str) -> str:
    """Return the media type without parameters: `text/html` for `Text/HTML; charset=utf-8`."""
    return media_type.partition(";")[0].strip().lower()
