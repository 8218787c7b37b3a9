"""docs/unconfirmed.md lists every unconfirmed behavior, from the markers in the code."""

from __future__ import annotations

from textwrap import dedent

import pytest

from tools import unconfirmed
from tools.unconfirmed import Marker, markers_of


def test_the_page_is_that_of_the_markers() -> None:
    assert unconfirmed.PAGE.read_text() == unconfirmed.rendered(unconfirmed.markers())


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ("# Unconfirmed: a. Reason: b.\nLIMIT = 5\n", ["LIMIT"]),
        ("#: Seconds.\n#: Unconfirmed: a. Reason: b.\nLIMIT: int = 5\n", ["LIMIT"]),
        ("def answer():\n    '''Text.'''\n    # Unconfirmed: a. Reason: b.\n    return 5\n", ["answer"]),
        ("def answer():\n    # Unconfirmed: a. Reason: b.\n    value = 5\n    return value\n", ["answer"]),
        ("# Unconfirmed: a. Reason: b.\ndef answer(): ...\n", ["answer"]),
        ("# Unconfirmed: a. Reason: b.\n@cached\ndef answer(): ...\n", ["answer"]),
        ("class Api:\n    def get(self):\n        return 5  # Unconfirmed: a. Reason: b.\n", ["Api.get"]),
        ("class Api:\n    # Unconfirmed: a. Reason: b.\n    LIMIT = 5\n", ["Api.LIMIT"]),
        ("'''Text.'''\n\n# Unconfirmed: a. Reason: b.\n\nLIMIT = 5\n", [""]),
        ("def one(): ...\n\n\ndef two():\n    # Unconfirmed: a. Reason: b.\n    return 5\n", ["two"]),
        ("# Unconfirmed: a. Reason: b.\n# Unconfirmed: a. Reason: b.\nLIMIT = 5\n", ["", "LIMIT"]),
        ("text = '# Unconfirmed: a. Reason: b.'\n# confirmed\n", []),
    ],
)
def test_a_marker_s_place_is_the_definition_around_or_below_it(source: str, places: list[str]) -> None:
    found = list(markers_of("module.py", source))

    assert [marker.place for marker in found] == places
    assert {(marker.text, marker.reason) for marker in found} <= {("a", "b")}


def test_a_marker_ends_with_its_comment() -> None:
    source = dedent(
        """\
        def answer():
            # AWS refuses this.
            # Unconfirmed: the text, which may
            # be longer. Reason: no page
            # shows it.
            # Nor is this a part of it.
            value = 5  # not this
            # Nor this.
            return value
        """
    )

    assert list(markers_of("module.py", source)) == [
        Marker(
            path="module.py", line=3, place="answer", text="the text, which may be longer", reason="no page shows it"
        )
    ]


def test_an_id_stays_when_the_code_moves_and_another_text_has_another() -> None:
    marker = Marker(path="a.py", line=1, place="f", text="the text", reason="none")

    assert marker.id == Marker(path="b.py", line=9, place="g", text="the text", reason="other").id
    assert marker.id != Marker(path="a.py", line=1, place="f", text="the status", reason="none").id
    assert len(marker.id) == 6


@pytest.mark.parametrize(
    ("comments", "fault"),
    [
        (["# Unconfirmed: a."], "a.py:1: the marker has no reason"),
        (["# Unconfirmed: a. Reason:"], "a.py:1: the marker has no reason"),
        (["# Unconfirmed: Reason: b."], "a.py:1: the marker has no text"),
        (["# Unconfirmed: a. Reason: b.", "# Unconfirmed: a. Reason: c."], "a.py:2: a.py:1 has the same text"),
    ],
)
def test_a_marker_without_text_or_reason_and_a_text_that_is_used_twice_are_faults(
    comments: list[str], fault: str
) -> None:
    [found] = unconfirmed.faults(markers_of("a.py", "\n".join([*comments, "x = 1"])))

    assert found.startswith(fault)


@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        ("a.py", "# Unconfirmed: a. Reason: b.\nx = 1\n", []),
        ("a.py", "x = 1\n# The text is unconfirmed.\ny = 2\n", [2]),
        ("a.py", '"""The text.\n\nIts end is unconfirmed.\n"""\n', [3]),
        ("a.py", "#: Unconfirmed: a. Reason: that is unconfirmed.\n", [1]),
        ("a.md", "What AWS\nanswers is [unconfirmed](unconfirmed.md), or [it\nis not](../unconfirmed.md).\n", []),
        ("a.md", "Run `python -m tools.unconfirmed`.\n", []),
        ("a.md", "[it\nis not](../unconfirmed.md)\n\nThe text is *unconfirmed*.\n", [4]),
    ],
)
def test_the_word_without_a_marker_or_a_link_is_found(path: str, text: str, lines: list[int]) -> None:
    found = unconfirmed.strays_of(path, text)

    assert [int(stray.split(":")[1]) for stray in found] == lines


def test_the_check_finds_nothing_in_this_repository() -> None:
    assert unconfirmed.main(["--check"]) == 0


def test_a_row_shows_text_place_and_reason() -> None:
    marker = Marker(path="a/b.py", line=1, place="f", text="the text of `x | y`", reason="no page shows it")

    page = unconfirmed.rendered([marker])

    assert "\n## a\n" in page
    assert f"| {marker.id} | The text of `x \\| y` | [b.py](../a/b.py) `f` | No page shows it |\n" in page
