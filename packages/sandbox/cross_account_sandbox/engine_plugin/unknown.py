"""A value that a preview does not know yet, such as the ID of a resource to be created."""

from __future__ import annotations

from enum import Enum
from typing import Final


class Unknown(Enum):
    """The type of UNKNOWN, a single value that is compared by identity."""

    VALUE = "unknown"

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown.VALUE


def holds_unknown(value: object) -> bool:
    """Return True if the value is or contains an unknown."""
    if value is UNKNOWN:
        return True
    if isinstance(value, dict):
        return any(holds_unknown(item) for item in value.values())
    if isinstance(value, list | tuple):
        return any(holds_unknown(item) for item in value)
    return False
