"""The values in mapping templates: maps, lists and booleans that print as in Java."""

from __future__ import annotations

import json
from typing import Any

from cross_account_sandbox import bounded

#: Roughly a value's size in memory: maps that share members can be far larger as text.
_VALUE_BYTES = 64


class VelocityMap(dict[str, Any]):
    """A map that prints as `{a=1, b=two}`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, value in self.items():
            self[key] = wrapped(value)

    def __str__(self) -> str:
        return "{" + ", ".join(f"{_member(key)}={_member(value)}" for key, value in self.items()) + "}"


class VelocityList(list[Any]):
    """A list from a JSON document, which prints as JSON."""

    def __init__(self, items: list[Any]) -> None:
        super().__init__(wrapped(item) for item in items)

    def __str__(self) -> str:
        return json.dumps(plain(self), separators=(",", ":"), ensure_ascii=False)


class LiteralList(VelocityList):
    """A list literal in a template, which prints as `[a, b]`."""

    def __str__(self) -> str:
        return "[" + ", ".join(_member(item) for item in self) + "]"


class VelocityBool(int):
    """A boolean that prints as `true` and `false`."""

    def __str__(self) -> str:
        return "true" if self else "false"


def wrapped(value: Any) -> Any:
    """Wrap a JSON value for templates."""
    if isinstance(value, VelocityMap | VelocityList):
        return value
    if isinstance(value, dict):
        return VelocityMap(value)
    if isinstance(value, list):
        return VelocityList(value)
    return VelocityBool(value) if isinstance(value, bool) else value


def plain(value: Any) -> Any:
    """Unwrap a template value to its JSON value."""
    bounded.check(_VALUE_BYTES)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return bool(value) if isinstance(value, VelocityBool) else value


def rendered(value: Any) -> str:
    """Return the text of a reference: nothing for null (recorded on AWS)."""
    return "" if value is None else str(wrapped(value))


def _member(value: Any) -> str:
    """Format a value in a map or list, where Java prints null."""
    bounded.check(_VALUE_BYTES)
    return "null" if value is None else rendered(value)
