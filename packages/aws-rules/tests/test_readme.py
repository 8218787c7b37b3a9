"""The README's table lists every module."""

from __future__ import annotations

import pkgutil
from pathlib import Path

import aws_rules

README = Path(__file__).parents[1] / "README.md"


def test_the_table_has_a_row_for_each_module() -> None:
    modules = {f"aws_rules.{module.name}" for module in pkgutil.iter_modules(aws_rules.__path__)}
    rows = {line.split("`")[1] for line in README.read_text().splitlines() if line.startswith("| `")}

    assert rows == modules
