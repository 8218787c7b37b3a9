"""Archives with the same content become the same zip file, on any machine and at any time."""

from __future__ import annotations

import io
import os
import zipfile
from typing import TYPE_CHECKING

import pulumi
import pytest

from cross_account_sandbox.resources.archives import zipped
from cross_account_sandbox.resources.errors import HandlerError

if TYPE_CHECKING:
    from pathlib import Path


def _contents(archive: object) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(zipped(archive))) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "code"
    (root / "lib").mkdir(parents=True)
    (root / "index.py").write_text("a = 1\n")
    (root / "lib" / "more.py").write_text("b = 2\n")
    (root / "__pycache__").mkdir()
    (root / "__pycache__" / "index.pyc").write_bytes(b"junk")
    return root


def test_a_folder_keeps_its_tree_without_caches(folder: Path) -> None:
    assert _contents(pulumi.FileArchive(str(folder))) == {"index.py": b"a = 1\n", "lib/more.py": b"b = 2\n"}


def test_files_texts_and_folders_are_put_together(folder: Path) -> None:
    archive = pulumi.AssetArchive(
        {
            "one.py": pulumi.StringAsset("x"),
            "two.py": pulumi.FileAsset(str(folder / "index.py")),
            "deep": pulumi.FileArchive(str(folder)),
        }
    )
    assert _contents(archive) == {
        "one.py": b"x",
        "two.py": b"a = 1\n",
        "deep/index.py": b"a = 1\n",
        "deep/lib/more.py": b"b = 2\n",
    }


def test_equal_content_gives_equal_bytes_at_any_time(folder: Path) -> None:
    first = zipped(pulumi.FileArchive(str(folder)))
    os.utime(folder / "index.py", (1, 1))
    (folder / "index.py").chmod(0o600)
    assert zipped(pulumi.FileArchive(str(folder))) == first
    (folder / "index.py").write_text("a = 2\n")
    assert zipped(pulumi.FileArchive(str(folder))) != first


def test_a_zip_file_is_taken_as_it_is(tmp_path: Path, folder: Path) -> None:
    file = tmp_path / "code.zip"
    file.write_bytes(zipped(pulumi.FileArchive(str(folder))))
    assert zipped(pulumi.FileArchive(str(file))) == file.read_bytes()


def test_a_path_that_is_not_there_and_an_archive_elsewhere_are_refused(tmp_path: Path) -> None:
    with pytest.raises(HandlerError, match="nowhere' does not exist"):
        zipped(pulumi.FileArchive(str(tmp_path / "nowhere")))
    with pytest.raises(HandlerError, match="use files, folders or text"):
        zipped(pulumi.RemoteArchive("https://example.com/code.zip"))
