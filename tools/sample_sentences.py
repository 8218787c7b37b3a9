"""Prints sentences of this repository at random, to compare them with AWS's documentation.

    .venv/bin/python -m tools.sample_sentences [SEED [COUNT]]    # 40 sentences by default

It reads what `tools/check_text.py` reads: pages, docstrings, string literals and comments. Run it after a change of
many texts; the same seed prints the same sentences as long as the texts stay the same.
"""

from __future__ import annotations

import random
import re
import sys

from tools.check_text import ROOT, passages_of, tracked

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")
#: Fewer words are a heading, a name or a piece of a table.
_WORDS = 5


def main(seed: int, count: int) -> None:
    """Print `count` sentences, each with its file and line."""
    found: list[tuple[str, int, str]] = []
    for file in tracked():
        name = str(file.relative_to(ROOT))
        for line, passage in passages_of(file):
            # Paragraphs, list items and table rows of a page are separate texts.
            parts = re.split(r"\n\s*\n|\n(?=[-|#] ?)", passage) if file.suffix == ".md" else [passage]
            sentences = [text for part in parts for text in _SENTENCE.split(" ".join(part.split()))]
            found += [(name, line, text) for text in sentences if len(re.findall(r"[a-z]{2,}", text)) >= _WORDS]
    for file_name, line, text in random.Random(seed).sample(found, count):  # noqa: S311 - a sample, not a secret
        print(f"{file_name}:{line}: {text[:400]}")


if __name__ == "__main__":
    main(*(int(given) for given in (sys.argv[1:] + ["1", "40"][len(sys.argv) - 1 :])[:2]))
