"""Compares one account and Region with the state: what the state knows, and what belongs to the stack."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cross_account_doctor.calls import Reader
from cross_account_doctor.leftovers.state import PROJECT, STACK, Place, Resource, State

#: The reason for a resource that was being created when the run was interrupted.
INTERRUPTED = "its creation was interrupted"
_TAGGED = "it has the stack's tags"
_NAMED = "it has the name of a resource of the stack"
_PART = "it is part of a resource of the stack"
#: The suffix of the provider's automatic names, for which it is worth reading the tags.
_AUTOMATIC = re.compile(r"-[0-9a-f]{7}$")

#: Services without Regions.
_WITHOUT_REGION = ("aws:iam/", "aws:route53/")


@dataclass(frozen=True, kw_only=True, slots=True)
class Leftover:
    """A resource that exists but is not in the state.

    kind      in AWS's words
    type      Pulumi's type
    identity  the ID for `pulumi import`
    reason    why it belongs to the stack
    remove    the `aws` commands that remove it, as words, in order
    """

    kind: str
    type: str
    identity: str
    name: str
    place: Place
    reason: str
    remove: tuple[tuple[str, ...], ...]


class Look:
    """A place, its reader, and the part of the state in this place."""

    def __init__(self, state: State, place: Place, reader: Reader) -> None:
        self.state = state
        self.place = place
        self._reader = reader

    def ask(self, service: str, method: str, **params: Any) -> dict[str, Any]:
        """One call in this place."""
        return self._reader.ask(service, self.place.region, method, **params)

    def pages(
        self, service: str, method: str, key: str, token: tuple[str, str], **params: Any
    ) -> Iterator[dict[str, Any]]:
        """Every item of a listing in this place."""
        return self._reader.pages(service, self.place.region, method, key, token, **params)

    def recorded(self, *types: str) -> list[Resource]:
        """The stack's resources of these types in this place; one without a known place counts everywhere."""
        return [
            each for each in self.state.resources if each.type in types and (each.place is None or self._here(each))
        ]

    def pending(self, *types: str) -> list[Resource]:
        """The interrupted creations of these types in this place."""
        return [each for each in self.state.pending if each.type in types and self._here(each)]

    def knows(self, kind: str, identity: str) -> bool:
        """True if this ID is in the state."""
        return any(each.id == identity for each in self.recorded(kind))

    def may_be(self, kind: str, name: str) -> bool:
        """True if the name makes it worth reading the tags, which takes one call for each resource."""
        return bool(_AUTOMATIC.search(name)) or name in self._names(kind)

    def reason(self, kind: str, name: str, tags: Callable[[], Mapping[str, str]]) -> str | None:
        """Why a resource belongs to the stack: by its tags, which tell stacks apart; without tags, by its name."""
        found = tags()
        if found.keys() >= {PROJECT, STACK}:
            if (found[PROJECT], found[STACK]) not in self.state.owners:
                return None
            return INTERRUPTED if self._interrupted(kind, name) else _TAGGED
        if self._interrupted(kind, name):
            return INTERRUPTED
        return _NAMED if name in self._names(kind) else None

    def part_reason(self, kind: str, **properties: str) -> str:
        """Why a part of one of the stack's resources belongs to the stack."""
        waiting = self.pending(kind)
        same = any(all(each.text(key) == value for key, value in properties.items()) for each in waiting)
        return INTERRUPTED if same else _PART

    def found(self, kind: str, type_: str, identity: str, *remove: tuple[str, ...], reason: str, name: str) -> Leftover:
        """A leftover in this place."""
        return Leftover(
            kind=kind, type=type_, identity=identity, name=name, place=self.place, reason=reason, remove=remove
        )

    def _here(self, resource: Resource) -> bool:
        if resource.place is None:
            return False
        if resource.type.startswith(_WITHOUT_REGION):
            return resource.place.account == self.place.account
        return resource.place == self.place

    def _interrupted(self, kind: str, name: str) -> bool:
        return any(name in _names_of(each) for each in self.pending(kind))

    def _names(self, kind: str) -> set[str]:
        known = (*self.recorded(kind), *self.pending(kind))
        return {name for each in known for name in _names_of(each)}


def _names_of(resource: Resource) -> set[str]:
    return {resource.text("name"), resource.text("domainName")} - {""}
