"""Creates .zip files from Pulumi archives: the same content gives the same bytes on every machine at any time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cross_account_sandbox.resources.errors import HandlerError

#: The earliest time that a .zip file supports; real timestamps would make equal content differ.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PLAIN, _EXECUTABLE = 0o644, 0o755
_COMPRESSION_LEVEL = 9


def zipped(archive: object) -> bytes:
    """Return the bytes of the .zip file that this archive describes.

    Supports pulumi.FileArchive (a folder, or a .zip file, which is used unchanged) and pulumi.AssetArchive. Raises
    HandlerError for a path that does not exist and for remote archives.
    """
    path = getattr(archive, "path", None)
    if path is not None and Path(path).is_file():
        return Path(path).read_bytes()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION_LEVEL) as target:
        for name, mode, content in sorted(_entries(archive, ""), key=lambda entry: entry[0]):
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, on every platform
            entry.external_attr = mode << 16
            target.writestr(entry, content)
    return buffer.getvalue()


def _entries(archive: object, prefix: str) -> Iterator[tuple[str, int, bytes]]:
    assets: Mapping[str, Any] | None = getattr(archive, "assets", None)
    path = getattr(archive, "path", None)
    text = getattr(archive, "text", None)
    if assets is not None:
        for name, asset in assets.items():
            yield from _entries(asset, f"{prefix}/{name}" if prefix else name)
    elif text is not None:
        yield prefix, _PLAIN, text.encode()
    elif path is not None:
        yield from _files(Path(path), prefix)
    else:
        raise HandlerError(f"the archive {archive!r} is not supported: use files, folders or text")


def _files(path: Path, prefix: str) -> Iterator[tuple[str, int, bytes]]:
    if not path.exists():
        raise HandlerError(f"the archive's path {str(path)!r} does not exist")
    if path.is_file():
        yield prefix or path.name, _mode(path), path.read_bytes()
        return
    for file in path.rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            name = file.relative_to(path).as_posix()
            yield (f"{prefix}/{name}" if prefix else name), _mode(file), file.read_bytes()


def _mode(path: Path) -> int:
    return _EXECUTABLE if path.stat().st_mode & 0o100 else _PLAIN
