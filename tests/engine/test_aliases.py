"""The engine matches moved resources with old ones as tests/upgrade predicts."""

from __future__ import annotations

from pathlib import Path

from tests.engine.stacks import Engine, Stack
from tests.upgrade.moves import MOVES


def test_the_engine_continues_the_resources_that_the_comparison_says(engine: Engine, tmp_path: Path) -> None:
    project = tmp_path / "moves"
    project.mkdir()
    project.joinpath("Pulumi.yaml").write_text("name: moves\nruntime: python\n")
    project.joinpath("Pulumi.dev.yaml").write_text("config: {}\n")
    stack = engine.stack(endpoint="", project=project, name="dev", base="dev")

    def version(which: str) -> None:
        for move in MOVES.values():
            getattr(move, which)()

    stack.program = lambda: version("old")
    stack.up()
    before = {made: name for name, made in _made_at(stack).items()}
    stack.program = lambda: version("new")
    stack.up()

    found = {name: before.get(made) for name, made in _made_at(stack).items()}
    assert found == {name: old for move in MOVES.values() for name, old in move.kept.items()}
    stack.destroy()


def _made_at(stack: Stack) -> dict[str, str]:
    """The creation time of each component in the state; a component that continues an old one keeps its time."""
    components = [resource for resource in stack.resources if resource["type"].startswith("x:y:")]
    return {resource["urn"].split("::")[3]: resource["created"] for resource in components}
