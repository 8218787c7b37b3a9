"""Find the old resource that a new one continues: by its URN, its aliases, and the alias of its parent.

The rules are the engine's (pulumi 3.200, pkg/resource/deploy/step_generator.go: generateAliases, collapseAliasToUrn,
inheritedChildAlias, generateSteps).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.upgrade.registrations import Registration, type_of

_STACK = "pulumi:pulumi:Stack"


class AliasConflictError(Exception):
    """Two new resources continue the same old resource: the engine stops the update."""


def continued(old: Mapping[str, Registration], new: Mapping[str, Registration]) -> dict[str, str]:
    """The old URN of every new resource that continues one, by its new URN. Both in the order of registration.

    Raises AliasConflictError.
    """
    found: dict[str, str] = {}
    taken_by_alias: dict[str, str] = {}
    seen: set[str] = set()
    for urn, registration in new.items():
        if urn in taken_by_alias:
            raise AliasConflictError(f"{taken_by_alias[urn]} has the alias {urn}, which is still registered")
        seen.add(urn)
        for candidate in [urn, *possible_aliases(registration, found)]:
            if candidate not in old:
                continue
            if candidate != urn:
                if candidate in seen:
                    raise AliasConflictError(f"{urn} has the alias {candidate}, which is still registered")
                if candidate in taken_by_alias:
                    raise AliasConflictError(f"{urn} and {taken_by_alias[candidate]} have the alias {candidate}")
                taken_by_alias[candidate] = urn
            found[urn] = candidate
            break
    return found


def possible_aliases(registration: Registration, continued_so_far: Mapping[str, str]) -> list[str]:
    """The possible URNs of the old resource, best first. For a parent, the alias that matched is used."""
    own = [_own_alias(registration, alias, continued_so_far) for alias in registration.aliases]
    urns = dict.fromkeys(own)
    parent = registration.parent
    old_parent = continued_so_far.get(parent, parent)
    if old_parent != parent:
        as_now = _below(old_parent, parent, registration.type, registration.name)
        urns |= dict.fromkeys([as_now, *(_below(old_parent, parent, type_of(urn), _name(urn)) for urn in own)])
    return list(urns)


def _own_alias(registration: Registration, alias: Mapping[str, Any], continued_so_far: Mapping[str, str]) -> str:
    """An alias as a URN; missing parts have their current values."""
    if "urn" in alias:
        return str(alias["urn"])
    spec = alias.get("spec", {})
    # `parentUrn` can be present and empty: it then means the current parent.
    given = spec.get("parentUrn")
    parent = continued_so_far.get(given, given) if given else registration.parent
    stack, project = registration.urn.removeprefix("urn:pulumi:").split("::")[:2]
    kind = spec.get("type") or registration.type
    parents = "" if spec.get("noParent") or not parent or _types(parent) == _STACK else f"{_types(parent)}$"
    place = f"{spec.get('stack') or stack}::{spec.get('project') or project}"
    return f"urn:pulumi:{place}::{parents}{kind}::{spec.get('name') or registration.name}"


def _below(old_parent: str, parent: str, kind: str, name: str) -> str:
    """The child's URN below the old parent. If its name begins with the parent's name, it began with the old name."""
    if name.startswith(_name(parent)):
        name = _name(old_parent) + name.removeprefix(_name(parent))
    place = "::".join(parent.split("::")[:2])
    return f"{place}::{_types(old_parent)}${kind}::{name}"


def _types(urn: str) -> str:
    """The type token, preceded by those of all parents."""
    return urn.split("::", 3)[2]


def _name(urn: str) -> str:
    return urn.split("::", 3)[3]
