"""Determines whether changed inputs require no action, an update, or a replacement of a resource. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pulumi.asset import Archive, Asset

from cross_account_sandbox.engine_plugin.inputs import defaults_of, stated
from cross_account_sandbox.engine_plugin.unknown import UNKNOWN, holds_unknown
from cross_account_sandbox.engine_plugin.wire import content_hash
from cross_account_sandbox.resources.values import canonical


class ChangeKind(Enum):
    """The kind of difference of an input."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """An input that differs; `replaces` is True if the change requires a replacement."""

    kind: ChangeKind
    replaces: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """All changes of a resource. `delete_first`: a replacement deletes the old resource before creating the new one."""

    changes: Mapping[str, Change]
    delete_first: bool = False

    @property
    def replaces(self) -> list[str]:
        """The changed inputs that require a replacement."""
        return [key for key, change in self.changes.items() if change.replaces]


def difference(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    *,
    replaces: frozenset[str],
    auto_name: str | None = None,
    ignored: Iterable[str] = (),
) -> Difference:
    """Compare the inputs of the state with those of the program.

    replaces   the inputs whose change requires a replacement
    auto_name  the input that can be auto-named: if the program sets it, pulumi-aws deletes the old resource first,
               because two resources cannot have the same name
    ignored    the resource option `ignore_changes`: property paths

    An unknown value counts as a change.
    """
    before, after = stated(old), stated(new)
    left_out = {path.split(".")[0].split("[")[0] for path in ignored}
    changes: dict[str, Change] = {}
    for key in sorted((before.keys() | after.keys()) - left_out):
        kind = _kind(before, after, key)
        if key in defaults_of(old) and (kind is ChangeKind.DELETE or says_the_same(before.get(key), after.get(key))):
            continue
        if kind is not None:
            changes[key] = Change(kind=kind, replaces=key in replaces)
    return Difference(changes=changes, delete_first=auto_name in after and auto_name not in defaults_of(new))


def _kind(before: Mapping[str, Any], after: Mapping[str, Any], key: str) -> ChangeKind | None:
    # AWS returns an empty list or mapping for a value that was not set.
    if key not in after:
        return None if before[key] in ([], {}) else ChangeKind.DELETE
    if key not in before:
        return None if after[key] in ([], {}) else ChangeKind.ADD
    return None if same(before[key], after[key]) else ChangeKind.UPDATE


def says_the_same(live: object, wanted: object) -> bool:
    """Return True if AWS's form of a value contains what the program requests, for example after an import.

    AWS adds members that the program omits, does not preserve the order of lists, and reformats documents.
    """
    if isinstance(live, dict) and isinstance(wanted, dict):
        return all(key in live and says_the_same(live[key], value) for key, value in wanted.items())
    if isinstance(live, list) and isinstance(wanted, list):
        left = list(live)
        for value in wanted:
            found = next((entry for entry in left if says_the_same(entry, value)), None)
            if found is None:
                return False
            left.remove(found)
        return not left
    if isinstance(live, str) and isinstance(wanted, str):
        return live == wanted or _document(live) == _document(wanted) is not None
    return same(live, wanted)


def _document(text: str) -> Any:
    """A policy or other JSON object in a comparable form; None for other text."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        return canonical(json.loads(text))
    except ValueError:
        return None


def same(one: object, other: object) -> bool:
    """Return True if two values are equal. Archives and assets are compared by content; unknowns are never equal."""
    if one is UNKNOWN or other is UNKNOWN:
        return False
    if isinstance(one, Asset | Archive) or isinstance(other, Asset | Archive):
        return content_hash(one) is not None and content_hash(one) == content_hash(other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return not holds_unknown(other) and one == other
