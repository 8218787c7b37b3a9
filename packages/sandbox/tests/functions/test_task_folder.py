"""The folder that a function runs in: a read-only copy with nothing above it, removed even if the sandbox is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from cross_account_sandbox.functions.runtimes import node_available
from cross_account_sandbox.functions.temporary_folder import TemporaryFolder
from cross_account_sandbox.server import RunningSandbox

if TYPE_CHECKING:
    from sandbox_testing.functions import Lambda
    from sandbox_testing.server import SandboxUnderTest

needs_node = pytest.mark.skipif(not node_available(), reason="Node.js or its runtime client is not installed")
#: Functions that write next to their code, by runtime: they return the error, or what they wrote.
WRITES = {
    "python3.13": """
import os
def handler(event, context):
    if event == "force":
        os.chmod(os.getcwd(), 0o755)
    try:
        with open(os.path.join(os.path.dirname(__file__), "written"), "x") as file:
            file.write("x")
    except OSError as error:
        return error.strerror
    return sorted(os.listdir())
""",
    "nodejs22.x": """
import { readdirSync, writeFileSync } from "node:fs";
export const handler = async () => {
  try {
    writeFileSync(new URL("written", import.meta.url), "x");
  } catch (error) {
    return error.code === "EACCES" ? "Permission denied" : error.code;
  }
  return readdirSync(".");
};
""",
}
WHERE = "import os\ndef handler(event, context):\n    return [os.getcwd(), os.environ['LAMBDA_TASK_ROOT'], __file__]\n"


def _bound(sandbox: SandboxUnderTest, functions: Lambda, folder: Path, runtime: str) -> None:
    """A function `pets` that runs from a folder being edited."""
    functions.create("pets", "", runtime=runtime)
    sandbox.world.functions(functions.account, "us-east-1").functions["pets"].bind_source(str(folder))


def _file(runtime: str) -> str:
    return "index.mjs" if runtime.startswith("nodejs") else "index.py"


@pytest.mark.parametrize("runtime", ["python3.13", pytest.param("nodejs22.x", marks=needs_node)])
def test_a_handler_that_writes_beside_its_code_is_refused_and_the_source_folder_stays_as_it_is(
    sandbox: SandboxUnderTest, functions: Lambda, tmp_path: Path, runtime: str
) -> None:
    (tmp_path / _file(runtime)).write_text(WRITES[runtime])
    _bound(sandbox, functions, tmp_path, runtime)
    functions.create("uploaded", WRITES[runtime], runtime=runtime)

    assert functions.call("pets")[0] == "Permission denied"
    assert functions.call("uploaded")[0] == "Permission denied"

    assert [file.name for file in tmp_path.iterdir()] == [_file(runtime)]


def test_what_a_function_forces_into_its_copy_is_in_no_other_copy_of_the_same_code(
    sandbox: SandboxUnderTest, functions: Lambda, tmp_path: Path
) -> None:
    source = WRITES["python3.13"]
    (tmp_path / "index.py").write_text(source)
    _bound(sandbox, functions, tmp_path, "python3.13")
    functions.create("same", source)
    for name in ("pets", "same"):
        assert functions.call(name, "force")[0] == ["index.py", "written"]

    functions.create("twin", source)
    (tmp_path / "index.py").write_text(f"{source}\n# saved again\n")
    functions.client.update_function_configuration(FunctionName="same", Timeout=9)

    for name in ("pets", "same", "twin"):
        assert functions.call(name, "force")[0] == ["index.py", "written"], "a fresh copy has no such file"
    assert [file.name for file in tmp_path.iterdir()] == ["index.py"]


def test_a_function_runs_in_its_task_root(functions: Lambda) -> None:
    functions.create("where", WHERE)

    folder, root, module = functions.call("where")[0]

    assert folder == root == str(Path(module).parent)
    assert folder.endswith("/var/task")


@needs_node
def test_modules_and_packages_in_the_folders_above_the_code_are_not_found(
    sandbox: SandboxUnderTest, functions: Lambda, tmp_path: Path
) -> None:
    module = tmp_path / "node_modules" / "besides"
    module.mkdir(parents=True)
    (module / "index.js").write_text("module.exports = 1;\n")
    # A package of ECMAScript modules in a parent folder would change the module type of index.js.
    (tmp_path / "package.json").write_text('{"type": "module"}')
    code = tmp_path / "code"
    code.mkdir()
    (code / "index.js").write_text("require('besides');\nexports.handler = async () => 1;\n")
    _bound(sandbox, functions, code, "nodejs22.x")

    answer = functions.call("pets")[0]

    assert answer["errorType"] == "Runtime.ImportModuleError"
    assert "Cannot find module 'besides'" in answer["errorMessage"]


def test_a_folder_for_temporary_files_with_modules_above_it_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "node_modules").mkdir()
    below = tmp_path / "tmp"
    below.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(below))
    folder = TemporaryFolder()
    try:
        assert below not in folder.path.parents
    finally:
        folder.close()


_KEEPS_A_FOLDER = """
import sys
from cross_account_sandbox.functions.temporary_folder import TemporaryFolder
folder = TemporaryFolder()
(folder.path / "code").mkdir(mode=0o555)
print(folder.path, flush=True)
sys.stdin.read()
"""


def _sandbox_with_a_folder() -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen(
        [sys.executable, "-c", _KEEPS_A_FOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_the_next_start_removes_the_folders_of_a_killed_sandbox_and_leaves_those_of_a_running_one() -> None:
    killed, left = _sandbox_with_a_folder()
    alive, used = _sandbox_with_a_folder()
    with killed, alive:
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
        assert left.is_dir()

        with RunningSandbox(port=0):
            assert not left.exists()
            assert used.is_dir()

        os.kill(alive.pid, signal.SIGKILL)
        alive.wait()
    with RunningSandbox(port=0):
        assert not used.exists()


def test_a_sandbox_that_ends_leaves_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = TemporaryFolder()
    (folder.path / "code").mkdir(mode=0o555)

    folder.close()

    assert list(tmp_path.iterdir()) == []
