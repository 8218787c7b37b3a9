"""The code of a function as an archive that is identical for identical files, on every machine."""

from __future__ import annotations

from pathlib import Path

import pulumi

from cross_account_api.errors import ArgumentError

#: Files that tools leave in a source folder; they would change the code for no reason.
_LEFTOVERS = frozenset({"__pycache__", ".DS_Store", ".mypy_cache", ".pytest_cache", ".ruff_cache"})


def function_code(folder: str | Path) -> pulumi.AssetArchive:
    """The files of a folder, sorted by name and without what tools leave there.

    Pulumi hashes only contents and names and gives every entry of the zip the same time, so unchanged files never
    create a new version. Raises ArgumentError if the folder is missing or empty.
    """
    root = Path(folder).resolve()
    if not root.is_dir():
        raise ArgumentError(f"function code: {root} is not a directory")
    files = {
        path.relative_to(root).as_posix(): pulumi.FileAsset(str(path))
        for path in sorted(root.rglob("*"))
        if path.is_file() and not _LEFTOVERS.intersection(path.relative_to(root).parts) and path.suffix != ".pyc"
    }
    if not files:
        raise ArgumentError(f"function code: {root} contains no files")
    return pulumi.AssetArchive(dict(files))
