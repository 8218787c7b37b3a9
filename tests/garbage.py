"""How often the tests' own process searches for garbage: as rarely as the sandbox does when it serves."""

from __future__ import annotations

import gc

#: Objects that accumulate before a search; Python's default is 700, since 3.13 it is 2,000.
_OBJECTS_BETWEEN_SEARCHES = 20_000


def pytest_collection_finish() -> None:
    """Exempt what is loaded now: with all modules and tests, searching everything took a sixth of some files' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_SEARCHES)
