"""The README's table is complete."""

from __future__ import annotations

from pathlib import Path

import aws_rules

README = Path(__file__).parents[1] / "README.md"


def test_the_table_has_a_row_for_each_module() -> None:
    package = Path(aws_rules.__file__).parent
    modules = {f"aws_rules.{file.stem}" for file in package.iterdir() if file.suffix == ".py" or file.name == "iam"}
    rows = {line.split("`")[1] for line in README.read_text().splitlines() if line.startswith("| `")}

    assert rows == modules - {"aws_rules.__init__"}
