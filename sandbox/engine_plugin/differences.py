"""What a change of inputs means for a resource: nothing, an update, or a replacement. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import pulumi

from sandbox.engine_plugin.inputs import defaults_of, stated
from sandbox.engine_plugin.unknown import UNKNOWN, holds_unknown
from sandbox.engine_plugin.wire import content_hash


class ChangeKind(Enum):
    """How an input differs."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One input that differs, and whether that takes a new resource."""

    kind: ChangeKind
    replaces: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """All changes of a resource. `delete_first`: a replacement deletes the old resource before it creates."""

    changes: Mapping[str, Change]
    delete_first: bool = False

    @property
    def replaces(self) -> list[str]:
        """The inputs that take a new resource."""
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

    replaces   the inputs that take a new resource
    auto_name  the input whose value can be automatic: pulumi-aws deletes first where the program gave it,
               because the old and the new resource could not bear the name at once
    ignored    the option `ignore_changes`: property paths

    An unknown counts as a change.
    """
    before, after = stated(old), stated(new)
    left_out = {path.split(".")[0].split("[")[0] for path in ignored}
    changes: dict[str, Change] = {}
    for key in sorted((before.keys() | after.keys()) - left_out):
        kind = _kind(before, after, key)
        if kind is ChangeKind.DELETE and key in defaults_of(old):
            continue
        if kind is not None:
            changes[key] = Change(kind=kind, replaces=key in replaces)
    return Difference(changes=changes, delete_first=auto_name in after and auto_name not in defaults_of(new))


def _kind(before: Mapping[str, Any], after: Mapping[str, Any], key: str) -> ChangeKind | None:
    # An empty list or mapping is what AWS has where nothing was given.
    if key not in after:
        return None if before[key] in ([], {}) else ChangeKind.DELETE
    if key not in before:
        return None if after[key] in ([], {}) else ChangeKind.ADD
    return None if same(before[key], after[key]) else ChangeKind.UPDATE


def same(one: object, other: object) -> bool:
    """Whether two values are equal; archives and assets by their content, an unknown never."""
    if one is UNKNOWN or other is UNKNOWN:
        return False
    if isinstance(one, pulumi.Asset | pulumi.Archive) or isinstance(other, pulumi.Asset | pulumi.Archive):
        return content_hash(one) is not None and content_hash(one) == content_hash(other)
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return not holds_unknown(other) and one == other
