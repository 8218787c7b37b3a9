"""Pagination with `limit` and `position`, as in API Gateway's operations that return lists."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from cross_account_sandbox.apigateway.errors import bad_request

#: Default and maximum of `limit` (API reference, GetResources).
DEFAULT_LIMIT = 25
MAXIMUM_LIMIT = 500


def page_by_position(items: Sequence[Mapping[str, Any]], params: Mapping[str, Any]) -> dict[str, Any]:
    """Return one page of items, and the position of the next page if there is one.

    Raises BadRequestException for a position that no page returned.
    """
    limit = min(max(int(params.get("limit") or DEFAULT_LIMIT), 1), MAXIMUM_LIMIT)
    start = _offset(params.get("position"))
    answer: dict[str, Any] = {"items": list(items[start : start + limit])}
    if start + limit < len(items):
        answer["position"] = base64.urlsafe_b64encode(str(start + limit).encode()).decode()
    return answer


def _offset(position: str | None) -> int:
    if not position:
        return 0
    try:
        offset = int(base64.urlsafe_b64decode(position.encode()))
    except (ValueError, binascii.Error):
        raise bad_request("Invalid position parameter specified") from None
    return max(offset, 0)
