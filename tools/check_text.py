"""Check texts for people: relative links work, and words are those of AWS's and Pulumi's documentation.

    python tools/check_text.py

Reads every page, and the docstrings, string literals and comments of every Python file that Git tracks. Phrases are
also found across line breaks. Prints a line for each finding and exits 1 if there is one.
"""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]

#: Words that read like a translation, and the native alternative.
WORDS = {
    r"mend(s|ed|ing)?\b": "fix",
    r"told\b": "reported, said or described",
    r"anew\b": "again",
    r"whoever\b": "whichever caller, or name the actor",
    r"(what|how)soever\b": "whatever, however",
    r"of (its|their|his|her|your|my|our) own\b": "its own …, or separate",
    r"for ever\b": "forever, permanently, or never expires",
    r"(is|are|was|were) none of\b": "is not one of",
    r"(?<!there\s)(is|are|was|were) no (?!longer|more|different|less|better|worse|doubt|such\b|way\b)": "is not a …",
    r"(?<!there\s)(is|are|was|were) none(?= that| which| or\b|[.,:;])": "is not one, or is not a …",
    r"(has|have|had) none of\b": "does not have, does not implement",
    r"(know|knows|knew) no\b(?! more)": "does not know, does not have",
    r"everything that waits\b": "what is pending",
    r"(let|lets) be\b": "leave as it is",
    r"for so long\b": "for that long, or name the time",
    r"(delete|keep|change|remove)s? (it|them) never\b": "never deletes it",
    r"from [\w',-]+( [\w',-]+){1,8} to what\b": "look up what … refers to, or convert … to …",
    r"whether nothing\b": "true if no …",
    r"the yes\b": "the acceptance",
    r"(thereof|therein|hereby|wherein)\b": "name the thing",
}
#: A space in a pattern also matches a line break, but not the end of a paragraph.
_SPACE = r"(?:[ \t]+|[ \t]*\n[ \t]*)"
_WORDS = [
    (re.compile(r"\b(?:" + pattern.replace(" ", _SPACE) + ")", re.IGNORECASE), use) for pattern, use in WORDS.items()
]
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
_CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.MULTILINE | re.DOTALL)


def main() -> int:
    """Print the findings; returns 1 if there are any."""
    findings = [finding for file in tracked() for finding in check(file)]
    for finding in findings:
        print(finding)
    return 1 if findings else 0


def check(file: Path) -> list[str]:
    """The findings in one file, each with its line."""
    text = file.read_text(encoding="utf-8")
    # names in code are not checked
    passages = [(line, re.sub(r"`[^`\n]*`", "``", passage)) for line, passage in passages_of(file)]
    found = [
        f"{_named(file)}:{line + passage.count(chr(10), 0, match.start())}: {' '.join(match[0].split())!r}: write {use}"
        for line, passage in passages
        for pattern, use in _WORDS
        for match in pattern.finditer(passage)
    ]
    return [*found, *broken_links(file, text)] if file.suffix == ".md" else found


def passages_of(file: Path) -> list[tuple[int, str]]:
    """The texts for people in a file, each passage with its first line."""
    text = file.read_text(encoding="utf-8")
    return [(1, text)] if file.suffix == ".md" else list(_passages(text))


def broken_links(page: Path, text: str) -> list[str]:
    """The relative links of a page whose file or heading does not exist."""
    found = []
    for link in _LINK.findall(_CODE.sub("", text)):
        path, _, anchor = link.partition("#")
        if "://" in link or link.startswith("mailto:"):
            continue
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            found.append(f"{_named(page)}: the link {link} leads to no file")
        elif anchor and anchor not in headings(target):
            found.append(f"{_named(page)}: the link {link} leads to no heading")
    return found


def headings(page: Path) -> set[str]:
    """The anchors that GitHub creates for a page's headings."""
    titles = _HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _passages(source: str) -> Iterator[tuple[int, str]]:
    """The strings that are prose, and the blocks of comments, each with its first line."""
    lines = source.encode().splitlines(keepends=True)
    for literal in _literals(ast.parse(source)):
        part = lines[literal.lineno - 1 : literal.end_lineno]
        part[-1] = part[-1][: literal.end_col_offset]
        part[0] = part[0][literal.col_offset :]
        text = b"".join(part).decode()
        if " " in text:  # not a name alone
            # A literal that goes on in the next line is one text; the code in an f-string is none.
            text = re.sub(r"""["'][ \t]*\n[ \t]*[bfru]*["']""", "\n", text, flags=re.IGNORECASE)
            yield literal.lineno, re.sub(r"\{[^{}\n]*\}", "{}", text)
    yield from _comments(source)


def _literals(node: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """The complete string literals below a node, including concatenated parts and the code in f-strings."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from _literals(child)


def _comments(source: str) -> Iterator[tuple[int, str]]:
    block: list[str] = []
    last = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            if block and token.start[0] != last + 1:
                yield last - len(block) + 1, "\n".join(block)
                block = []
            block.append(token.string.lstrip("#: "))
            last = token.start[0]
    if block:
        yield last - len(block) + 1, "\n".join(block)


def tracked() -> list[Path]:
    """Every page and Python file that Git tracks, except the word list and its tests."""
    listed = subprocess.run(["git", "ls-files", "-z", "*.md", "*.py"], cwd=ROOT, check=True, capture_output=True)
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    # The list above, and the tests with examples for it.
    exempt = {Path(__file__), ROOT / "tests" / "tools" / "test_check_text.py"}
    return [file for file in files if file.exists() and file not in exempt]


def _named(file: Path) -> str:
    return str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else str(file)


if __name__ == "__main__":
    sys.exit(main())
