"""Where everything of a diagram stands, in pixels: the API's account to the left, the others below each other.

Every arrow leaves its row towards the gutter between the two columns, where its label stands, takes the lane of its
target up or down, and ends at its target.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from aws_rules.diagram.model import Account, Arrow, Box, Diagram, Row, State

BOX_WIDTH = 300
HEADING = 44
ROW = 44
PADDING = 16
#: Above an account's boxes stands its title.
TITLE = 34
#: The widest label, and how far lanes are apart.
LABEL_WIDTH = 350
_LANE = 14
_MARGIN = 16
_GAP = ROW
#: Where arrows of each state end, from the middle of their target.
_APART = {State.ALLOWED: 0, State.DENIED: 9, State.UNKNOWN: -9}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rectangle:
    """A place in the picture."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Path:
    """An arrow's corners, and where its label begins: a line of it above the arrow, another below."""

    arrow: Arrow
    points: tuple[tuple[int, int], ...]
    label: tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """Everything placed."""

    width: int
    height: int
    accounts: tuple[tuple[Account, Rectangle], ...]
    boxes: tuple[tuple[Box, Rectangle], ...]
    rows: tuple[tuple[Row, Rectangle], ...]
    paths: tuple[Path, ...]


def place(diagram: Diagram, *, top: int) -> Layout:
    """The layout of a diagram below `top`."""
    return _Placing(diagram, top).layout()


class _Placing:
    def __init__(self, diagram: Diagram, top: int) -> None:
        self._diagram = diagram
        self._top = top
        self._accounts: list[tuple[Account, Rectangle]] = []
        self._boxes: list[tuple[Box, Rectangle]] = []
        self._rows: list[tuple[Row, Rectangle]] = []
        #: Key → the rectangle from which or at which arrows of it start and end.
        self._ports: dict[str, Rectangle] = {}

    def layout(self) -> Layout:
        first, *others = self._diagram.accounts
        left = self._column(first, _MARGIN, self._top)
        on_right = {key for account in others for box in account.boxes for key in _keys(box)}
        room = LABEL_WIDTH if any(arrow.source in on_right for arrow in self._diagram.arrows) else 0
        ends = dict.fromkeys((arrow.target, arrow.state) for arrow in self._diagram.arrows)
        self._label_x = left.x + left.width + 8
        first_lane = self._label_x + LABEL_WIDTH
        after = first_lane + _LANE * len(ends)
        right_x = after + room + _LANE
        # Half a row further down, so that no arrow from the left runs upon one to the right.
        y = self._top + ROW // 2
        for account in others:
            height = self._column(account, right_x, y).height
            y += -(-(height + _GAP // 2) // ROW) * ROW
        self._lanes = {end: first_lane + _LANE * (len(ends) - 1 - index) for index, end in enumerate(ends)}
        paths = tuple(self._path(arrow, right_x) for arrow in self._diagram.arrows)
        bottom = max(rectangle.y + rectangle.height for _, rectangle in self._accounts)
        wide = right_x + BOX_WIDTH + 2 * PADDING if others else after
        return Layout(
            width=wide + _MARGIN,
            height=bottom + _MARGIN,
            accounts=tuple(self._accounts),
            boxes=tuple(self._boxes),
            rows=tuple(self._rows),
            paths=paths,
        )

    def _column(self, account: Account, x: int, top: int) -> Rectangle:
        y = top + TITLE
        for box in account.boxes:
            height = HEADING + ROW * len(box.rows)
            self._boxes.append((box, Rectangle(x=x + PADDING, y=y, width=BOX_WIDTH, height=height)))
            self._ports[box.key] = Rectangle(x=x + PADDING, y=y, width=BOX_WIDTH, height=HEADING)
            for index, row in enumerate(box.rows):
                at = Rectangle(x=x + PADDING, y=y + HEADING + ROW * index, width=BOX_WIDTH, height=ROW)
                self._rows.append((row, at))
                self._ports[row.key] = at
            y += height + _GAP
        whole = Rectangle(x=x, y=top, width=BOX_WIDTH + 2 * PADDING, height=y - top - _GAP + PADDING)
        self._accounts.append((account, whole))
        return whole

    def _path(self, arrow: Arrow, right_x: int) -> Path:
        source, target = self._ports[arrow.source], self._ports[arrow.target]
        lane = self._lanes[arrow.target, arrow.state]
        start_right, end_right = source.x >= right_x, target.x >= right_x
        start_y = source.y + source.height // 2
        end_y = target.y + target.height // 2 + _APART[arrow.state]
        start_x = source.x if start_right else source.x + source.width
        end_x = target.x if end_right else target.x + target.width
        label_x = right_x - LABEL_WIDTH if start_right else self._label_x
        points = ((start_x, start_y), (lane, start_y), (lane, end_y), (end_x, end_y))
        return Path(arrow=arrow, points=points, label=(label_x, start_y))


def _keys(box: Box) -> Iterator[str]:
    yield box.key
    yield from (row.key for row in box.rows)
