"""Write docs/unconfirmed.md: every behavior that no AWS page or recording confirms, with its place and the reason.

    python -m tools.unconfirmed            # writes the page
    python -m tools.unconfirmed --check    # exits 1 and names the faults of markers and of the page

A comment in this form, on its own lines, marks the behavior in the code:

    # Unconfirmed: the text for a stage that exists already. Reason: AWS documents the refusal, not its text.

A marker is a comment, not an entry in a separate list, because a comment stays next to its code and is moved and
deleted with it. It ends with the line that ends the reason, or with its block of comments. Its place is the function,
class or constant that contains it or follows it. Its ID is derived from its text, so it does not change if the code
moves; tools/prove and reports can refer to it.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import io
import re
import subprocess
import sys
import tokenize
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "unconfirmed.md"

WORD = re.compile(r"unconfirmed", re.IGNORECASE)
_MARKER = re.compile(r"#:?\s*Unconfirmed: ?(.*)")
#: The allowed uses of the word: at the beginning of a marker, and in a page's links and code.
_MARKED = re.compile(r"#:? Unconfirmed: ")
_LINKED = re.compile(r"\[[^\]]*\]\([^)]*unconfirmed\.md\)|`[^`\n]*`")
_INTRODUCTION = """\
# What no AWS page or recording confirms

<!-- Written by `python -m tools.unconfirmed` from the sources' comments; `make check` compares. -->

Where AWS's documentation and recordings of its services give no answer, this project gives one nevertheless, marks it
in the code, and lists it here. Most are texts of refusals: the refusal itself is documented, its words are not.
`make prove` ([proof](proof.md)) compares answers with those of two of your AWS accounts. If you know what AWS answers,
please [report it](../CONTRIBUTING.md) with the id.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Marker:
    """One unconfirmed behavior.

    path    the file, from the repository's root
    line    the marker's first line
    place   function, class or constant; empty for the whole file
    text    what is answered
    reason  why it is not confirmed
    """

    path: str
    line: int
    place: str
    text: str
    reason: str

    @property
    def id(self) -> str:
        """Six hexadecimal digits of a hash of the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:6]

    @property
    def faults(self) -> list[str]:
        """The missing parts."""
        return [name for name in ("text", "reason") if not getattr(self, name)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or compare it."""
    parser = argparse.ArgumentParser(description="Write docs/unconfirmed.md from the markers in the sources.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if something is wrong")
    asked = parser.parse_args(arguments)
    found = markers()
    page = rendered(found)
    if not asked.check:
        PAGE.write_text(page, encoding="utf-8")
        return 0
    problems = [*faults(found), *strays()]
    if PAGE.read_text(encoding="utf-8") != page:
        problems.append("docs/unconfirmed.md differs from the markers: run python -m tools.unconfirmed")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def markers() -> list[Marker]:
    """Every marker in the sources, by file and line."""
    return [marker for path in sources() for marker in markers_of(path, (ROOT / path).read_text(encoding="utf-8"))]


def sources() -> list[str]:
    """The source files, from the repository's root, without tests and without the tools that read markers."""
    return _tracked("*.py", ":!tools/*", ":!tests/*", ":!packages/*/tests/*")


def _tracked(*patterns: str) -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, check=True, capture_output=True)
    return [name for name in sorted(listed.stdout.decode().split("\0")) if name and (ROOT / name).exists()]


def faults(found: Iterable[Marker]) -> list[str]:
    """The faults of markers, each with its place."""
    problems: list[str] = []
    seen: dict[str, Marker] = {}
    for marker in found:
        at = f"{marker.path}:{marker.line}"
        problems += [f"{at}: the marker has no {name}: write '# Unconfirmed: … Reason: …'" for name in marker.faults]
        if (first := seen.setdefault(marker.id, marker)) is not marker:
            problems.append(f"{at}: {first.path}:{first.line} has the same text: add what is different here")
    return problems


def strays() -> list[str]:
    """The lines that use the word outside of a marker or, on a page, of a link to the list."""
    listed = [*sources(), *_tracked("*.md", ":!CHANGELOG.md", ":!docs/unconfirmed.md")]
    return [stray for path in listed for stray in strays_of(path, (ROOT / path).read_text(encoding="utf-8"))]


def strays_of(path: str, text: str) -> list[str]:
    """The stray lines of one file."""
    allowed, instead = (_LINKED, "link to docs/unconfirmed.md") if path.endswith(".md") else (_MARKED, "write a marker")
    lines = allowed.sub(lambda match: "\n" * match[0].count("\n"), text).splitlines()
    return [f"{path}:{number}: {instead}: {line.strip()}" for number, line in enumerate(lines, 1) if WORD.search(line)]


def markers_of(path: str, source: str) -> Iterator[Marker]:
    """The markers in one file."""
    tree = ast.parse(source)
    for line, last, comment in _marked(source):
        text, _, reason = comment.partition("Reason:")
        text, reason = text.strip().rstrip("."), reason.strip().rstrip(".")
        yield Marker(path=path, line=line, place=_place(tree, line, last), text=text, reason=reason)


def _marked(source: str) -> Iterator[tuple[int, int, str]]:
    """First line, last line and text of each marker: the rest of the comment after the word."""
    marked: list[str] | None = None
    first = last = column = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT:
            continue
        line, begins = token.start
        match = _MARKER.match(token.string)
        alone = token.line[:begins].strip() == ""
        ended = marked is not None and "Reason:" in " ".join(marked) and marked[-1].endswith(".")
        if marked is not None and (match or ended or line != last + 1 or begins != column or not alone):
            yield first, last, " ".join(marked)
            marked = None
        if match:
            marked, first, column = [match[1].strip()], line, begins
        elif marked is not None:
            marked.append(token.string.lstrip("#: ").rstrip())
        last = line
    if marked is not None:
        yield first, last, " ".join(marked)


def _place(tree: ast.Module, line: int, last: int) -> str:
    """The definition that contains this line or begins directly below it."""
    names: list[str] = []
    body: Sequence[ast.stmt] = tree.body
    while True:
        inside = next(
            (node for node in body if _is_definition(node) and _first(node) <= last + 1 and line <= _end(node)), None
        )
        if inside is None:
            break
        names.append(inside.name)  # type: ignore[attr-defined]
        body = inside.body  # type: ignore[attr-defined]
    below = next((node for node in body if node.lineno == last + 1), None)
    if isinstance(below, ast.Assign | ast.AnnAssign) and not (names and names[-1].islower()):
        targets = below.targets if isinstance(below, ast.Assign) else [below.target]
        names += [target.id for target in targets if isinstance(target, ast.Name)][:1]
    return ".".join(names)


def _is_definition(node: ast.stmt) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)


def _first(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def rendered(found: Iterable[Marker]) -> str:
    """The page."""
    folders: dict[str, list[Marker]] = {}
    for marker in found:
        folders.setdefault(marker.path.rpartition("/")[0] or "the program", []).append(marker)
    return _INTRODUCTION + "".join(_section(folder, folders[folder]) for folder in sorted(folders))


def _section(folder: str, found: Iterable[Marker]) -> str:
    rows = "".join(
        f"| {marker.id} | {_cell(marker.text)} | [{marker.path.rpartition('/')[2]}](../{marker.path})"
        f"{f' `{marker.place}`' if marker.place else ''} | {_cell(marker.reason)} |\n"
        for marker in found
    )
    return f"\n## {folder}\n\n| id | what is answered | where | why it is not confirmed |\n|---|---|---|---|\n{rows}"


def _cell(text: str) -> str:
    """A cell of the table."""
    return (text[:1].upper() + text[1:]).replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main())
