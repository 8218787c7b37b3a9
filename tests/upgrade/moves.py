"""Moves of a deployed program's resources, with and without aliases, and the old resource that each continues.

Each move is two versions of a small program with only components, so that nothing has to be created. `kept` names, for
each component of the new version, the component of the old one that the engine takes it for; None for a new one.
tests/upgrade/test_aliases.py compares it with our implementation of the aliases, and tests/engine/test_aliases.py with
the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import pulumi
from pulumi import Alias

Version = Callable[[], Any]


@dataclass(frozen=True, kw_only=True)
class Move:
    """A change to a program."""

    old: Version
    new: Version
    kept: Mapping[str, str | None]


def _part(
    name: str, *children: Callable[..., Any], kind: str = "Part", aliases: list[Any] | None = None, parent: Any = None
) -> pulumi.ComponentResource:
    made = pulumi.ComponentResource(f"x:y:{kind}", name, None, pulumi.ResourceOptions(parent=parent, aliases=aliases))
    for child in children:
        child(parent=made)
    return made


def part(name: str, *children: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    """A component with its children, to create when the program runs."""
    return partial(_part, name, *children, **options)


def _both(*parts: Callable[..., Any]) -> Version:
    def version() -> None:
        for each in parts:
            each()

    return version


def _beside_its_parent() -> None:
    """A component that moves to another parent, whose type has also changed."""
    left = _part("left", kind="Renamed", aliases=[Alias(type_="x:y:Part")])
    right = _part("right", kind="Other")
    _part("moved", parent=right, aliases=[Alias(parent=left)])


#: All names are unique among the moves, so that one stack can contain all of them.
MOVES: Mapping[str, Move] = {
    "nothing": Move(
        old=part("still", part("still-child")),
        new=part("still", part("still-child")),
        kept={"still": "still", "still-child": "still-child"},
    ),
    "another name, no alias": Move(old=part("lost"), new=part("found"), kept={"found": None}),
    "another name": Move(
        old=part("app", part("app-child"), part("other")),
        new=part("shop", part("shop-child"), part("other"), aliases=[Alias(name="app")]),
        # The engine looks for a child that is named after its parent under the parent's old name.
        kept={"shop": "app", "shop-child": "app-child", "other": "other"},
    ),
    "another type": Move(
        old=part("typed", part("below", part("far-below"))),
        new=part("typed", part("below", part("far-below")), kind="Renamed", aliases=[Alias(type_="x:y:Part")]),
        kept={"typed": "typed", "below": "below", "far-below": "far-below"},
    ),
    "another type in the middle, no alias": Move(
        old=part("top", part("middle", part("bottom"))),
        new=part("top", part("middle", part("bottom"), kind="Renamed")),
        kept={"top": "top", "middle": None, "bottom": None},
    ),
    "parent and child have other names and types": Move(
        old=part("old-parent", part("old-child")),
        new=part(
            "new-parent",
            part("new-child", kind="Renamed", aliases=[Alias(name="old-child", type_="x:y:Part")]),
            kind="Renamed",
            aliases=[Alias(name="old-parent", type_="x:y:Part")],
        ),
        kept={"new-parent": "old-parent", "new-child": "old-child"},
    ),
    "a parent that it had not": Move(
        old=_both(part("orphan"), part("foster")),
        new=part("foster", part("orphan", aliases=[Alias(parent=None)])),
        kept={"foster": "foster", "orphan": "orphan"},
    ),
    "no parent any more": Move(
        old=part("home", part("grown-up")),
        new=_both(part("home"), part("grown-up", aliases=["urn:pulumi:dev::moves::x:y:Part$x:y:Part::grown-up"])),
        kept={"home": "home", "grown-up": "grown-up"},
    ),
    "from one parent to another": Move(
        old=_both(part("left", part("moved")), part("right", kind="Other")),
        new=_beside_its_parent,
        kept={"left": "left", "right": "right", "moved": "moved"},
    ),
    "the first alias that is there": Move(
        old=part("second"),
        new=part("third", aliases=[Alias(name="first"), Alias(name="second")]),
        kept={"third": "second"},
    ),
}
