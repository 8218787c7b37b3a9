"""Imports modules of packages without running the code of the packages themselves."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from types import ModuleType


def put_shells(packages: Iterable[str]) -> None:
    """Replace each package with an empty module that has only a path. List a package before its subpackages.

    For a process that needs only some of their modules: everything that a package's own code defines is missing.
    """
    for name in packages:
        spec = importlib.util.find_spec(name)
        if spec is None or spec.submodule_search_locations is None:
            raise ModuleNotFoundError(f"{name} is not an installed package", name=name)
        shell = ModuleType(name)
        shell.__spec__ = spec
        shell.__path__ = spec.submodule_search_locations
        sys.modules[name] = shell
