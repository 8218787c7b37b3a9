"""`make check` checks the links and words in texts for people."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def checks() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_text", ROOT / "tools" / "check_text.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("page.md", "Fine.\n\nThe stage has a log of its own.\n", 3),
        ("page.md", "Whoever calls is told.\n", 1),
        ("module.py", '"""Fine.\n\nThis mends it.\n"""\n', 3),
        ("module.py", 'raise ValueError(f"{x} is no folder")\n', 1),
        ("page.md", "Fine.\n\n`it` has tests of\n  your own, and\nmore.\n", 3),
        ("module.py", '"""Fine.\n\nThis is kept for\n    ever.\n"""\n', 3),
        ("module.py", 'x = 1\nraise ValueError(\n    f"{x} is "\n    "no folder"\n)\n', 3),
        ("module.py", "x = 1\n#: Kept for\n#: ever.\ny = 2  # fine\n", 2),
        ("module.py", "x = 1  # whoever reads this\n", 1),
        ("module.py", '"""Settings that the sandbox has none of."""\n', 1),
        ("module.py", '"""Hand everything that waits to the worker."""\n', 1),
        ("module.py", '"""From a call\'s parameters to what they name."""\n', 1),
        ("module.py", '"""The share in the owner\'s account, the yes in the other."""\n', 1),
        ("module.py", '"""Raises KeyError for what is none."""\n', 1),
        ("page.md", "Never expires, but the role knows no action.\n", 1),
        ("module.py", "x = 1\ny = 'made anew'\n", 2),
    ],
)
def test_a_word_of_the_list_is_found_with_its_line(
    checks: ModuleType, tmp_path: Path, name: str, text: str, line: int
) -> None:
    file = tmp_path / name
    file.write_text(text)
    assert any(f"{name}:{line}: " in finding for finding in checks.check(file))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("page.md", "It is no longer there, and there is no such API. Recommended.\n"),
        ("page.md", "There is none, and None of the tests\nis needed.\n\n# A stage of\n\nits own\n"),
        ("module.py", "mend = told = 1  # names are not what a user reads, and neither is `told`\n"),
    ],
)
def test_other_words_pass(checks: ModuleType, tmp_path: Path, name: str, text: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    assert checks.check(file) == []


def test_a_link_leads_to_a_file_and_a_heading_or_is_found(checks: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("# One `two`, three\n")
    page = tmp_path / "page.md"
    page.write_text("[a](other.md#one-two-three) [b](https://example.com/x) `[c](code.md)`\n\n# Here\n\n[d](#here)\n")
    assert checks.check(page) == []

    page.write_text("[a](gone.md) [b](other.md#four)\n[c](#nowhere)\n")
    assert [finding.split(": the link ")[1] for finding in checks.check(page)] == [
        "gone.md leads to no file",
        "other.md#four leads to no heading",
        "#nowhere leads to no heading",
    ]
