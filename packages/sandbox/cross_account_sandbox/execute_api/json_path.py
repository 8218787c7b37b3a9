"""The part of JSONPath that mapping templates and parameter mappings use.

Names (`$.a.b`, `$['a b']`), indices (`[0]`, `[-1]`), wildcards (`.*`, `[*]`) and deep search (`..name`).
Filters and scripts are refused, never guessed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

_TOKEN = re.compile(
    r"\.\.(?P<deep>[\w-]+)|\.(?P<name>[\w-]+|\*)|\[\s*'(?P<quoted>[^']*)'\s*\]|\[\s*\"(?P<double>[^\"]*)\"\s*\]|"
    r"\[\s*(?P<index>-?\d+|\*)\s*\]"
)


class JsonPathError(ValueError):
    """An unsupported path; the message contains it."""


@lru_cache(maxsize=1024)
def _steps(path: str) -> tuple[tuple[str, str], ...]:
    rest = path[1:] if path.startswith("$") else f".{path}"
    steps, at = [], 0
    while at < len(rest):
        match = _TOKEN.match(rest, at)
        if match is None:
            raise JsonPathError(
                f"the JSONPath {path!r} is not supported at {rest[at:]!r}: use names, indices, wildcards or '..name'"
            )
        kind = match.lastgroup or ""
        steps.append((kind, match[kind]))
        at = match.end()
    return tuple(steps)


#: The result of a path without a match.
MISSING: Any = object()


def look_up(document: object, path: str) -> Any:
    """Look up the value at a path: MISSING if there is none, a list for wildcards and deep search."""
    found, several = [document], False
    for kind, text in _steps(path):
        if kind == "deep":
            found, several = [value for item in found for value in _deep(item, text)], True
        elif text == "*" and kind in ("name", "index"):
            found, several = [value for item in found for value in _children(item)], True
        elif kind == "index":
            found = [
                item[int(text)] for item in found if isinstance(item, list) and -len(item) <= int(text) < len(item)
            ]
        else:
            found = [item[text] for item in found if isinstance(item, dict) and text in item]
    if several:
        return found
    return found[0] if found else MISSING


def _children(item: object) -> list[Any]:
    if isinstance(item, dict):
        return list(item.values())
    return list(item) if isinstance(item, list) else []


def _deep(item: object, name: str) -> list[Any]:
    found = [item[name]] if isinstance(item, dict) and name in item else []
    for child in _children(item):
        found += _deep(child, name)
    return found
