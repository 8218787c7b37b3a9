"""Pagination of lists, as in the Lambda API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cross_account_sandbox.functions.errors import invalid

_PAGE = 50


def page_by_marker(key: str, items: Sequence[Any], params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the page that Marker and MaxItems select; a Marker is the index of the page's first item."""
    marker = str(params.get("Marker") or "0")
    if not marker.isdecimal():
        raise invalid(f"Invalid marker: {marker}")
    start = int(marker)
    end = start + int(params.get("MaxItems") or _PAGE)
    answer: dict[str, Any] = {key: list(items[start:end])}
    if end < len(items):
        answer["NextMarker"] = str(end)
    return answer
