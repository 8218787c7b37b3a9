"""Check the README and docs against the repository: links, commands, paths, and code examples."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
import typer

from cross_account_doctor import cli as doctor_cli
from cross_account_sandbox import cli as sandbox_cli
from tests.projects import ROOT

PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])
EXAMPLES = sorted(folder.name for folder in (ROOT / "examples").iterdir() if any(folder.rglob("Pulumi.yaml")))
_LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```.*?^```|^(?: {4}|\t).*?$|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_PROSE_ONLY = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)
_PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
#: Folders whose files pages mention in code format.
_TREE = r"(?:components|packages|lambda_src|tests|examples|benchmarks|docs|tools)"
_PATH = re.compile(rf"(?<![\w/.-]){_TREE}/[\w./-]*[\w/]")
_COMMANDS = {"sandbox": sandbox_cli, "doctor": doctor_cli}


def _page_id(page: Path) -> str:
    return str(page.relative_to(ROOT))


def _code(page: Path) -> str:
    return "\n".join(_CODE.findall(page.read_text()))


def _links(page: Path) -> list[str]:
    found: list[str] = _LINK.findall(_PROSE_ONLY.sub("", page.read_text()))
    return [link for link in found if "://" not in link]


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        targets = ((page.parent / link.partition("#")[0]).resolve() for link in _links(page))
        waiting += [target for target in targets if target.suffix == ".md" and target.exists()]

    assert [_page_id(page) for page in PAGES if page not in reached] == []


def test_every_example_has_its_page_and_every_page_its_example() -> None:
    assert {page.stem for page in (ROOT / "docs/patterns").glob("*.md")} == set(EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_page_of_an_example_has_a_diagram_and_the_way_to_prove_it_on_aws(example: str) -> None:
    text = (ROOT / "docs/patterns" / f"{example}.md").read_text()

    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings == [
        "Try it",
        "What is created where",
        "What is refused, and what that looks like",
        "Cost and limits",
        "Prove it on AWS",
    ]
    assert text.index("```mermaid\n") < text.index("## Try it")
    assert f"examples/{example}" in text


@pytest.mark.parametrize("page", PAGES, ids=_page_id)
def test_every_make_target_that_a_page_names_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(re.findall(r"\bmake ([a-z]+)\b", _code(page))) <= targets


@pytest.mark.parametrize("page", PAGES, ids=_page_id)
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    named = set(_PATH.findall(_code(page)))

    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=_page_id)
def test_every_option_of_our_commands_that_a_page_names_exists(page: Path) -> None:
    for program, command, line in re.findall(r"cross-account-(sandbox|doctor) (\w+)([^\n`|]*)", _code(page)):
        group = typer.main.get_command(_COMMANDS[program]._app)  # noqa: SLF001 - its options are what is compared
        subcommands = getattr(group, "commands", {})
        assert command in subcommands, f"cross-account-{program} {command}"
        known = {name for parameter in subcommands[command].params for name in parameter.opts}
        assert set(re.findall(r"(?<!\S)\[?(--[a-z][a-z-]*)", line)) <= known


def test_every_hop_that_a_trace_can_name_is_told_in_the_architecture() -> None:
    rows = re.findall(r"^\| (`[a-z`, -]+`) \| \[\d\]", (ROOT / "docs/architecture.md").read_text(), re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"[a-z-]+", row)}
    source = "\n".join(
        file.read_text() for file in (ROOT / "packages/sandbox/cross_account_sandbox/execute_api").rglob("*.py")
    )
    named = re.findall(r'(?:hop=|trace\.add\(\s*)"([a-z-]+)"', source)

    assert set(named) - told == set()


def test_the_worked_example_of_the_testing_page_runs(tmp_path: Path) -> None:
    for number, block in enumerate(_PYTHON.findall((ROOT / "docs/testing.md").read_text())):
        file = tmp_path / f"block_{number}.py"
        file.write_text(block)
        found = runpy.run_path(str(file))
        tests = [value for name, value in found.items() if name.startswith("test_")]
        assert tests, "a block of the page proves nothing"
        for test in tests:
            test()
