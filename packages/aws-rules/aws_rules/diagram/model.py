"""What a diagram shows: accounts with boxes, and arrows between them, each with what allows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How an arrow is drawn."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A line of a box, from which arrows start or at which they end.

    key   unique in the diagram
    full  what the text stands for where it is shortened, such as an ARN
    """

    key: str
    text: str
    note: str = ""
    full: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """A resource; arrows to its key end at its heading."""

    key: str
    kind: str
    name: str
    full: str = ""
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """An account with what it holds; the id is empty where it is not known."""

    id: str
    title: str
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrow:
    """What calls what.

    label  the statement, role or policy that allows it; `denied: …` or `not checked: …` otherwise
    full   the whole sentence, for a tooltip and for a screen reader
    """

    source: str
    target: str
    label: str
    full: str = ""
    state: State = State.ALLOWED


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagram:
    """The API's account first, then the other accounts."""

    title: str
    accounts: tuple[Account, ...]
    arrows: tuple[Arrow, ...]

    def sentences(self) -> list[str]:
        """The diagram in words: what each account holds, then each arrow."""
        names: dict[str, str] = {}
        said = []
        for account in self.accounts:
            held = ", ".join(f"{box.kind} {box.name}" for box in account.boxes) or "nothing"
            said.append(f"{account.title}: {held}.")
            for box in account.boxes:
                names[box.key] = f"{box.kind} {box.name}"
                names |= {row.key: f"{row.text} of {box.kind} {box.name}" for row in box.rows}
        return [*said, *(f"{names[each.source]} to {names[each.target]}: {each.label}." for each in self.arrows)]
