"""Answers: optional members appear only where there is something to say, as in API Gateway's JSON."""

from __future__ import annotations

from typing import Any


def not_none(**values: Any) -> dict[str, Any]:
    """The members that are not None."""
    return {name: value for name, value in values.items() if value is not None}


def filled(value: Any) -> Any:
    """The value, or None where it is empty."""
    return value or None
