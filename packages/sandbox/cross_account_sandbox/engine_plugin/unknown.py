"""A value that a preview cannot know yet, such as the id of a resource that is still to be created."""

from __future__ import annotations

from enum import Enum
from typing import Final


class Unknown(Enum):
    """The one unknown value; compare by identity."""

    VALUE = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.VALUE


def holds_unknown(value: object) -> bool:
    """Whether the value is unknown, wholly or in a part."""
    if value is UNKNOWN:
        return True
    if isinstance(value, dict):
        return any(holds_unknown(item) for item in value.values())
    if isinstance(value, list | tuple):
        return any(holds_unknown(item) for item in value)
    return False
