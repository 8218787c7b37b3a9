"""Which files count as read by a program, so that a change to one of them triggers a deployment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from cross_account_sandbox.deploy.inputs import Inputs, signature

if TYPE_CHECKING:
    from pathlib import Path

_RUN = """
import json, runpy, sys, threading
from pathlib import Path
from cross_account_sandbox.deploy.inputs import record
folder = Path(sys.argv[1])
sys.path.insert(0, str(folder))
recorder = record()
def program():
    try:
        runpy.run_path(str(folder / "__main__.py"), run_name="__main__")
    except Exception as error:
        print(type(error).__name__, file=sys.stderr)
thread = threading.Thread(target=program)
thread.start()
thread.join()
list(folder.iterdir())
print(json.dumps(recorder.inputs([folder], [str(folder / "live")]).as_json()))
"""


def inputs_of(folder: Path, program: str) -> Inputs:
    """Run this program, and return the inputs that it reads."""
    (folder / "__main__.py").write_text(program)
    done = subprocess.run(
        [sys.executable, "-c", _RUN, str(folder)], capture_output=True, text=True, check=True, cwd=folder
    )
    return Inputs.from_json(json.loads(done.stdout))


def named(folder: Path, paths: Any) -> list[str]:
    return sorted(os.path.relpath(path, folder) for path in paths)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("package", "live", "routes", ".venv", "node_modules"):
        (tmp_path / name).mkdir()
    for name in ("helper.py", "package/__init__.py", "package/inner.py", "live/index.py", "api.yaml", "unread.md"):
        (tmp_path / name).write_text("")
    for name in ("routes/a.json", ".venv/x.cfg", "node_modules/y.js"):
        (tmp_path / name).write_text("{}")
    return tmp_path


@pytest.mark.parametrize(
    ("program", "files"),
    [
        ("import helper\n", ["helper.py"]),
        ("from package import inner\n", ["package/__init__.py", "package/inner.py"]),
        ("open('api.yaml').read()\n", ["api.yaml"]),
        ("import pathlib; pathlib.Path('api.yaml').read_bytes()\n", ["api.yaml"]),
        ("import os; os.close(os.open('api.yaml', os.O_RDONLY))\n", ["api.yaml"]),
        (
            "import threading\nt = threading.Thread(target=lambda: open('api.yaml'))\nt.start(); t.join()\n",
            ["api.yaml"],
        ),
        ("open('live/index.py').read()\n", []),
        ("open('.venv/x.cfg'); open('node_modules/y.js'); open('/etc/hostname')\n", []),
        ("import yaml, json.tool\n", []),
        ("open('made.json', 'w').write('1'); open('made.json').read()\n", []),
        ("import os; os.close(os.open('made', os.O_WRONLY | os.O_CREAT)); open('made').read()\n", []),
    ],
)
def test_what_a_program_reads(folder: Path, program: str, files: list[str]) -> None:
    # The second run loads the compiled modules.
    for _ in range(2):
        found = inputs_of(folder, program)
        read = [path for path, state in found.files.items() if state is not None]
        assert named(folder, read) == sorted(["__main__.py", *files])
        assert found.changed() == []


def test_a_folder_that_a_program_lists_is_read_as_its_names(folder: Path) -> None:
    found = inputs_of(folder, "import pathlib; list(pathlib.Path('routes').glob('*.json'))\n")
    assert named(folder, found.folders) == ["routes"]
    (folder / "routes" / ".b.json.swp").write_text("")
    (folder / "unread.json").write_text("")
    assert found.changed() == []
    (folder / "routes" / "b.json").write_text("")
    assert named(folder, found.changed()) == ["routes"]


@pytest.mark.parametrize(
    ("program", "missing"),
    [
        ("import wanted\n", "wanted.py"),
        ("import wanted\n", "wanted/__init__.py"),
        ("from package import wanted\n", "package/wanted.py"),
        ("open('wanted.yaml')\n", "wanted.yaml"),
    ],
)
def test_what_a_program_misses_is_waited_for(folder: Path, program: str, missing: str) -> None:
    found = inputs_of(folder, program)
    assert found.changed() == []
    (folder / missing).parent.mkdir(exist_ok=True)
    (folder / missing).write_text("")
    assert missing in named(folder, found.changed())


def test_a_module_beside_the_code_of_a_function_is_the_program_s(folder: Path) -> None:
    found = inputs_of(folder, "import sys; sys.path.insert(0, 'live')\nimport index\n")
    assert "live/index.py" in named(folder, found.files)


def test_a_saved_a_replaced_and_a_removed_file_have_changed(tmp_path: Path) -> None:
    saved, replaced, removed, same = (tmp_path / name for name in ("saved", "replaced", "removed", "same"))
    for file in (saved, replaced, removed, same):
        file.write_text("1")
    before = Inputs({str(file): signature(str(file)) for file in (saved, replaced, removed, same)})
    saved.write_text("22")
    (tmp_path / "new").write_text("1")
    (tmp_path / "new").replace(replaced)
    removed.unlink()
    assert named(tmp_path, before.changed()) == ["removed", "replaced", "saved"]
    assert before.now().changed() == []


def test_the_folders_to_watch_are_few_and_there(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    files = dict.fromkeys(str(tmp_path / name) for name in ("a/1", "a/2", "gone/deep/3", "4"))
    assert Inputs(files).places() == [tmp_path, tmp_path / "a"]
