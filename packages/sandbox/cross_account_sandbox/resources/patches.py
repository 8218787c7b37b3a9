"""API Gateway's patch operations (the format of RFC 6902 with AWS's own paths)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Patch = dict[str, str]


def replace(path: str, value: object) -> Patch:
    """Set a value; booleans and numbers are sent as text."""
    return {"op": "replace", "path": path, "value": text(value)}


def add(path: str, value: object | None = None) -> Patch:
    """Add a member, by its own path or by value."""
    return {"op": "add", "path": path} if value is None else {"op": "add", "path": path, "value": text(value)}


def remove(path: str, value: object | None = None) -> Patch:
    """Remove a member, by its own path or by value."""
    return {"op": "remove", "path": path} if value is None else {"op": "remove", "path": path, "value": text(value)}


def text(value: object) -> str:
    """A value as text for a patch operation."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def escape(name: str) -> str:
    """Escape a name in a path (JSON Pointer: `~` is `~0`, `/` is `~1`)."""
    return name.replace("~", "~0").replace("/", "~1")


def replaced(old: Mapping[str, Any], new: Mapping[str, Any], paths: Mapping[str, str]) -> list[Patch]:
    """A `replace` operation for every changed property, at its path."""
    return [replace(path, new.get(name)) for name, path in paths.items() if old.get(name) != new.get(name)]


def by_path(path: str, old: Iterable[str] | None, new: Iterable[str] | None) -> list[Patch]:
    """Remove and add members of a set in which each member has its own path."""
    before, after = list(old or []), list(new or [])
    return [remove(f"{path}/{escape(name)}") for name in before if name not in after] + [
        add(f"{path}/{escape(name)}") for name in after if name not in before
    ]


def by_value(path: str, old: Iterable[str] | None, new: Iterable[str] | None) -> list[Patch]:
    """Remove and add members of a set that are identified by value."""
    before, after = list(old or []), list(new or [])
    return [remove(path, name) for name in before if name not in after] + [
        add(path, name) for name in after if name not in before
    ]


def by_key(path: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> list[Patch]:
    """Remove and set the keys of a map."""
    before, after = dict(old or {}), dict(new or {})
    return [remove(f"{path}/{escape(key)}") for key in before if key not in after] + [
        replace(f"{path}/{escape(key)}", value) for key, value in after.items() if before.get(key) != value
    ]


def by_member(path: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> list[Patch]:
    """Remove and set the keys of a map in which only existing keys can be replaced: a method's or an integration's."""
    before = dict(old or {})
    return [
        add(patch["path"], patch["value"])
        if patch["op"] == "replace" and patch["path"] not in {f"{path}/{escape(key)}" for key in before}
        else patch
        for patch in by_key(path, old, new)
    ]
