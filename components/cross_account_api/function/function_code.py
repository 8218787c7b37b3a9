"""The code of a function as an archive that is the same for the same files, wherever it is made."""

from __future__ import annotations

from pathlib import Path

import pulumi

from cross_account_api.errors import ArgumentError

#: What tools leave behind in a source folder; it would make new code out of nothing.
_LEFTOVERS = frozenset({"__pycache__", ".DS_Store", ".mypy_cache", ".pytest_cache", ".ruff_cache"})


def function_code(folder: str | Path) -> pulumi.AssetArchive:
    """The files of a folder, in the order of their names and without what tools leave there.

    Pulumi hashes contents and names alone and gives every entry of the zip the same time, so unchanged files never
    make a new version. Raises ArgumentError where the folder is missing or empty.
    """
    root = Path(folder).resolve()
    if not root.is_dir():
        raise ArgumentError(f"function code: {root} is not a folder")
    files = {
        path.relative_to(root).as_posix(): pulumi.FileAsset(str(path))
        for path in sorted(root.rglob("*"))
        if path.is_file() and not _LEFTOVERS.intersection(path.relative_to(root).parts) and path.suffix != ".pyc"
    }
    if not files:
        raise ArgumentError(f"function code: {root} holds no file")
    return pulumi.AssetArchive(dict(files))
