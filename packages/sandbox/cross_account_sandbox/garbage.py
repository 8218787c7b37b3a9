"""How often Python searches the process's objects for garbage.

With its default of 700 objects (2,000 since 3.13), the searches take a twentieth of the sandbox's start, in which
almost everything that is created stays, and a hundredth of each request.
"""

from __future__ import annotations

import gc

#: Objects that accumulate between searches.
_OBJECTS = 20_000


def search_seldom() -> None:
    """Let more objects accumulate between searches. Called first in a process, before its imports."""
    gc.set_threshold(_OBJECTS)
