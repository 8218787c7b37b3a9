"""A program for fork_server.py that tests the forks themselves: it repeats its stdin."""

from __future__ import annotations

import sys


def prepare() -> None:
    """Nothing to import."""


def run(arguments: list[str]) -> int:
    """Print the arguments and the input; exit with the number of arguments."""
    print(*arguments, sys.stdin.read())  # noqa: T201 - its output
    return len(arguments)
