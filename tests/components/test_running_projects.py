"""A project's program runs as its language host would run it, and leaves only what is not its own behind."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cross_account_api.testing import run_project


def _written(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        file = folder / f"{name}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


def test_the_modules_of_a_project_are_unloaded_and_those_of_a_virtual_environment_in_it_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = _written(tmp_path, __main__="import own_settings\nimport installed_library\n", own_settings="")
    installed = _written(tmp_path / ".venv" / "lib" / "python3" / "site-packages", installed_library="")
    monkeypatch.syspath_prepend(str(installed))
    run_project(project)
    assert "own_settings" not in sys.modules
    # The engine still needs it: the SDK reads the types of resources from their modules after the program has ended.
    assert sys.modules.pop("installed_library").__file__ == str(installed / "installed_library.py")


def test_a_folder_can_be_named_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _written(tmp_path / "shop", __main__="import own_settings\n", own_settings="")
    monkeypatch.chdir(tmp_path)
    run_project(Path("shop"))
    assert "own_settings" not in sys.modules
