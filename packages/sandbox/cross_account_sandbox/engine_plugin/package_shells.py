"""Packages whose modules can be imported without running the code of the packages themselves."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from types import ModuleType


def put_shells(packages: Iterable[str]) -> None:
    """Put a module with a path and nothing else in place of each package, a package before those in it.

    For a process that decides at its start what it needs of them; whatever a package's own code offers is missing.
    """
    for name in packages:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.submodule_search_locations is None:
            raise ModuleNotFoundError(f"{name} is not an installed package", name=name)
        shell = ModuleType(name)
        shell.__spec__ = spec
        shell.__path__ = spec.submodule_search_locations
        sys.modules[name] = shell
