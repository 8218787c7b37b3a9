"""The changes of an update from one registered program to another, by the rules of the engine and the provider."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from cross_account_sandbox.engine_plugin.differences import difference
from cross_account_sandbox.resources.table import HANDLERS
from tests.upgrade.aliases import continued
from tests.upgrade.registrations import Program, Registration

#: An account that a provider no longer allows counts as a lost resource, although the provider is only updated.
_OF_A_PROVIDER = frozenset({"region", "allowedAccountIds"})

Kind = Literal["create", "delete", "replace", "update", "option", "output"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that an update would do.

    kind   delete, create: a whole resource; replace, update: by this input; option: protect and the like changed;
           output: the stack no longer has this output
    type   the type token of the resource, empty for an output
    what   the input, option or output; empty for a whole resource
    """

    kind: Kind
    type: str
    name: str
    what: str = ""
    before: Any = None
    after: Any = None

    def __str__(self) -> str:
        subject = " ".join(filter(None, [self.type, self.name, self.what]))
        return f"{self.kind} {subject}" + (
            f": {_short(self.before)} became {_short(self.after)}" if self.what and self.type else ""
        )


def compare(old: Program, new: Program) -> list[Finding]:
    """All changes that an update makes. Raises AliasConflictError."""
    matches = continued(old.registrations, new.registrations)
    kept = set(matches.values())
    found = [Finding(kind="delete", type=old.type, name=old.name) for old in _missing(old, kept)]
    for urn, after in new.registrations.items():
        if urn not in matches:
            found.append(Finding(kind="create", type=after.type, name=after.name))
            continue
        found.extend(_changes(old.registrations[matches[urn]], after, matches))
    found += [Finding(kind="output", type="", name="", what=name) for name in old.outputs if name not in new.outputs]
    return found


def _missing(old: Program, kept: set[str]) -> Iterator[Registration]:
    return (registration for urn, registration in old.registrations.items() if urn not in kept)


def _changes(before: Registration, after: Registration, matches: dict[str, str]) -> Iterator[Finding]:
    def finding(kind: Kind, what: str, one: Any, other: Any) -> Finding:
        return Finding(kind=kind, type=after.type, name=after.name, what=what, before=one, after=other)

    for option in sorted(before.options.keys() | after.options.keys()):
        one, other = before.options.get(option), after.options.get(option)
        if one != other:
            yield finding("option", option, one, other)
    if not after.custom:
        return
    if before.type != after.type:
        yield finding("replace", "type", before.type, after.type)
        return
    if before.provider != matches.get(after.provider, after.provider):
        yield finding("replace", "provider", before.provider, after.provider)
    replaces = _OF_A_PROVIDER if after.is_provider else HANDLERS[after.type].replaces
    ignored = after.options.get("ignore_changes") or ()
    for name, change in difference(before.inputs, after.inputs, replaces=replaces).changes.items():
        if name in ignored:
            continue
        kind: Kind = "replace" if change.replaces else "update"
        yield finding(kind, name, before.inputs.get(name), after.inputs.get(name))


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"
