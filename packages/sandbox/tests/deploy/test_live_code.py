"""Which folder an archive was built from, so that its function runs from that folder while it is edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi
import pytest

from cross_account_sandbox.deploy.live_code import source_folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "code"
    (root / "lib").mkdir(parents=True)
    for name in ("index.py", "lib/more.py"):
        (root / name).write_text("")
    return root


def test_an_archive_of_a_folder_is_that_folder(folder: Path) -> None:
    assert source_folder(pulumi.FileArchive(str(folder)), folder.parent) == folder
    assert source_folder(pulumi.FileArchive("code"), folder.parent) == folder


def test_files_under_their_own_names_are_their_folder(folder: Path) -> None:
    assets = {name: pulumi.FileAsset(str(folder / name)) for name in ("index.py", "lib/more.py")}
    assert source_folder(pulumi.AssetArchive(dict(assets)), folder.parent) == folder


def test_what_is_put_together_otherwise_is_no_folder(folder: Path) -> None:
    index = pulumi.FileAsset(str(folder / "index.py"))
    text = pulumi.StringAsset("x")
    for archive in (
        pulumi.AssetArchive({"other.py": index}),
        pulumi.AssetArchive({"index.py": index, "text.py": text}),
        pulumi.AssetArchive({"index.py": index, "more.py": pulumi.FileAsset(str(folder / "lib" / "more.py"))}),
        pulumi.FileArchive(str(folder / "code.zip")),
        None,
    ):
        assert source_folder(archive, folder.parent) is None
