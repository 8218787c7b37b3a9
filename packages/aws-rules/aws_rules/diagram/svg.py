"""A diagram as one SVG file that stands by itself: no script, no reference elsewhere, light and dark."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from html import escape

from aws_rules.diagram.layout import HEADING, LABEL_WIDTH, Layout, Path, Rectangle, place
from aws_rules.diagram.model import Box, Diagram, Row, State

#: Characters that fit: of a heading, a row with its note, and a label, in the widths of the fonts below.
_HEADING_CHARACTERS = 34
_ROW_CHARACTERS = 40
_LABEL_CHARACTERS = LABEL_WIDTH // 7
_TOP = 64

#: One class around everything, so that the rules touch nothing else of a page that holds the diagram.
_CLASS = "cross-account-diagram"
_LIGHT = {
    "": "background:#ffffff",
    " text": "fill:#16191f;font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:13px",
    " .ground": "fill:#ffffff",
    " .account": "fill:#f4f6f9;stroke:#8a94a3;stroke-dasharray:6 4",
    " .box": "fill:#ffffff;stroke:#5f6b7a",
    " .line": "stroke:#d5dae1",
    " .kind": "fill:#5f6b7a;font-size:11px",
    " .name": "font-weight:600",
    " .title": "font-size:17px;font-weight:600",
    " .code": "font-family:ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:11px",
    " .note": "fill:#5f6b7a;font-size:11px;text-anchor:end",
    " .arrow": "fill:none;stroke-width:1.6",
    " .label": "font-size:11px;font-family:ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace",
    " .arrow.allowed": "stroke:#1d7f3d",
    " .head.allowed": "fill:#1d7f3d",
    " .label.allowed": "fill:#16652f",
    " .arrow.denied": "stroke:#c22f2a;stroke-dasharray:7 4",
    " .head.denied": "fill:#c22f2a",
    " .label.denied": "fill:#a8211c;font-weight:600",
    " .arrow.unknown": "stroke:#6b7280;stroke-dasharray:2 4",
    " .head.unknown": "fill:#6b7280",
    " .label.unknown": "fill:#4b5563",
}
_DARK = {
    "": "background:#14181d",
    " text": "fill:#e6e9ee",
    " .ground": "fill:#14181d",
    " .account": "fill:#1b2127;stroke:#6f7b8a",
    " .box": "fill:#232a32;stroke:#8a96a5",
    " .line": "stroke:#3a434e",
    " .kind": "fill:#a9b3bf",
    " .note": "fill:#a9b3bf",
    " .arrow.allowed": "stroke:#4cc777",
    " .head.allowed": "fill:#4cc777",
    " .label.allowed": "fill:#7ddb9d",
    " .arrow.denied": "stroke:#ff7b72",
    " .head.denied": "fill:#ff7b72",
    " .label.denied": "fill:#ff9d96",
    " .arrow.unknown": "stroke:#9aa4b2",
    " .head.unknown": "fill:#9aa4b2",
    " .label.unknown": "fill:#c0c8d2",
}
_LEGEND = {State.ALLOWED: "allowed", State.DENIED: "denied", State.UNKNOWN: "not checked"}


def render(diagram: Diagram, *, prefix: str = "diagram") -> str:
    """The diagram as SVG, the same for the same diagram; ids begin with `prefix`, where several stand on one page."""
    layout = place(diagram, top=_TOP)
    return "\n".join([*_opening(diagram, layout, prefix), *_body(diagram, layout, prefix), "</svg>", ""])


def _opening(diagram: Diagram, layout: Layout, prefix: str) -> Iterator[str]:
    size = f'width="{layout.width}" height="{layout.height}" viewBox="0 0 {layout.width} {layout.height}"'
    named = f'role="img" aria-labelledby="{_attribute(prefix)}-title {_attribute(prefix)}-desc"'
    yield f'<svg xmlns="http://www.w3.org/2000/svg" class="{_CLASS}" {size} {named}>'
    yield f'<title id="{_attribute(prefix)}-title">{_text(diagram.title)}</title>'
    yield f'<desc id="{_attribute(prefix)}-desc">{_text(" ".join(diagram.sentences()))}</desc>'
    light, dark = ("".join(f".{_CLASS}{name}{{{rule}}}" for name, rule in rules.items()) for rules in (_LIGHT, _DARK))
    yield f"<style>{light}@media (prefers-color-scheme:dark){{{dark}}}</style>"


def _body(diagram: Diagram, layout: Layout, prefix: str) -> Iterator[str]:
    yield f'<rect class="ground" width="{layout.width}" height="{layout.height}"/>'
    yield f'<text class="title" x="16" y="28">{_text(diagram.title)}</text>'
    states = [state for state in State if any(arrow.state is state for arrow in diagram.arrows)]
    yield "<defs>"
    for state in states:
        yield (
            f'<marker id="{_attribute(prefix)}-{state}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
            f'markerHeight="8" markerUnits="userSpaceOnUse" orient="auto">'
            f'<path class="head {state}" d="M0 0 8 4 0 8z"/></marker>'
        )
    yield "</defs>"
    yield from _legend(states)
    for account, at in layout.accounts:
        yield f'<rect class="account" {_place(at)} rx="10"/>'
        yield f'<text class="name" x="{at.x + 16}" y="{at.y + 22}">{_text(account.title)}</text>'
    for path in layout.paths:
        yield _arrow(path, prefix)
    for box, at in layout.boxes:
        yield from _box(box, at)
    for row, at in layout.rows:
        yield from _row(row, at)


def _legend(states: list[State]) -> Iterator[str]:
    for index, state in enumerate(states):
        x = 16 + 130 * index
        yield f'<path class="arrow {state}" d="M{x} 46H{x + 30}"/>'
        yield f'<text class="label {state}" x="{x + 38}" y="50">{_LEGEND[state]}</text>'


def _box(box: Box, at: Rectangle) -> Iterator[str]:
    yield f'<rect class="box" {_place(at)} rx="6"/>'
    yield "<g>"
    if box.full:
        yield f"<title>{_text(box.full)}</title>"
    yield f'<text class="kind" x="{at.x + 12}" y="{at.y + 18}">{_text(box.kind)}</text>'
    yield f'<text class="name" x="{at.x + 12}" y="{at.y + 36}">{_shortened(box.name, _HEADING_CHARACTERS)}</text>'
    yield "</g>"
    if box.rows:
        y = at.y + HEADING
        yield f'<path class="line" d="M{at.x} {y}H{at.x + at.width}"/>'


def _row(row: Row, at: Rectangle) -> Iterator[str]:
    y = at.y + at.height // 2 + 4
    room = _ROW_CHARACTERS - min(len(row.note), _ROW_CHARACTERS // 2)
    note = _cut(row.note, _ROW_CHARACTERS // 2 if len(row.text) > _ROW_CHARACTERS // 2 else _ROW_CHARACTERS)
    yield "<g>"
    yield f"<title>{_text(row.full or ' '.join(part for part in (row.text, row.note) if part))}</title>"
    yield f'<text class="code" x="{at.x + 12}" y="{y}">{_shortened(row.text, room)}</text>'
    if row.note:
        yield f'<text class="note" x="{at.x + at.width - 10}" y="{y}">{_text(note)}</text>'
    yield "</g>"


def _arrow(path: Path, prefix: str) -> str:
    state = path.arrow.state
    (start, *corners) = path.points
    line = f"M{start[0]} {start[1]}" + "".join(f"L{x} {y}" for x, y in corners)
    x, y = path.label
    label = "".join(
        f'<text class="label {state}" x="{x}" y="{y + down}">{_text(text)}</text>'
        for text, down in zip(_two_lines(path.arrow.label), (-5, 13), strict=False)
    )
    drawn = f'<path class="arrow {state}" d="{line}" marker-end="url(#{_attribute(prefix)}-{state})"/>'
    return f"<g><title>{_text(path.arrow.full or path.arrow.label)}</title>{drawn}{label}</g>"


def _shortened(text: str, most: int) -> str:
    return _text(_cut(text, most))


def _two_lines(label: str) -> list[str]:
    first, *more = textwrap.wrap(label, _LABEL_CHARACTERS, break_on_hyphens=False)
    return [first, _cut(" ".join(more), _LABEL_CHARACTERS)] if more else [first]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _place(at: Rectangle) -> str:
    return f'x="{at.x}" y="{at.y}" width="{at.width}" height="{at.height}"'


def _text(text: str) -> str:
    """Escaped, without characters that XML does not know."""
    return escape("".join(each for each in text if each in "\t\n" or each >= " "), quote=False)


def _attribute(text: str) -> str:
    return escape(text, quote=True)
