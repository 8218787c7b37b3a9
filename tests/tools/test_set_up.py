"""`make setup`: uv if it works, otherwise pip, and a virtual environment that an interrupted setup broke."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def setup() -> ModuleType:
    spec = importlib.util.spec_from_file_location("tools_set_up", ROOT / "tools" / "set_up.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _recorder(path: Path, *, exit_code: int) -> Path:
    """A program that appends its arguments to PATH.log and exits with this code."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'#!/bin/sh\necho "$@" >> {path}.log\nexit {exit_code}\n')
    path.chmod(0o755)
    return path


def test_a_virtual_environment_without_pip_is_created_again(
    setup: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)

    python = setup.environment(folder)

    assert "incomplete: creating it again" in capsys.readouterr().out
    assert subprocess.run([python, "-m", "pip", "--version"], check=False, capture_output=True).returncode == 0
    assert setup.environment(folder) == python
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("uv_exit", "asked"), [(0, ["uv"]), (2, ["uv", "python"])])
def test_pip_installs_where_uv_fails(setup: ModuleType, tmp_path: Path, uv_exit: int, asked: list[str]) -> None:
    python = _recorder(tmp_path / "bin" / "python", exit_code=0)
    uv = _recorder(tmp_path / "uv", exit_code=uv_exit)

    setup.install(python, ["--require-hashes", "--requirement", "run.txt"], uv=str(uv))

    commands = {"uv": f"{uv}.log", "python": f"{python}.log"}
    ran = [name for name, log in commands.items() if " install " in f" {_read(log)} "]
    assert ran == asked
    assert all("--require-hashes --requirement run.txt" in _read(commands[name]) for name in asked)


def test_uv_is_looked_for_on_path_and_then_installed_by_pip(
    setup: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    refused = _recorder(tmp_path / "refused" / "python", exit_code=1)
    assert setup.find_uv(refused) is None
    assert "uv.txt" in _read(f"{refused}.log")

    python = _recorder(tmp_path / "bin" / "python", exit_code=0)
    assert setup.find_uv(python) == str(tmp_path / "bin" / "uv")

    on_path = _recorder(tmp_path / "path" / "uv", exit_code=0)
    monkeypatch.setenv("PATH", str(on_path.parent))
    assert setup.find_uv(python) == str(on_path)


def test_uv_asks_the_index_that_pip_is_configured_with(setup: ModuleType) -> None:
    configured = (
        ":env:.cert='/etc/ssl/own.pem'\nglobal.index-url='https://packages.example.com/simple'\n"
        "global.timeout='60'\nsite.find-links='/opt/a /opt/b'\n"
    )
    assert setup.uv_settings(configured, {}) == {
        "SSL_CERT_FILE": "/etc/ssl/own.pem",
        "UV_DEFAULT_INDEX": "https://packages.example.com/simple",
        "UV_FIND_LINKS": "/opt/a /opt/b",
    }
    assert "UV_DEFAULT_INDEX" not in setup.uv_settings(configured, {"UV_DEFAULT_INDEX": "https://other.example.com"})


@pytest.mark.parametrize("lock", ["uv", "run", "dev"])
def test_every_pin_of_a_lock_file_has_a_hash_and_no_file_names_a_registry(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    pins = [block for block in text.split("\n") if block and not block.startswith((" ", "#"))]
    assert pins
    assert all("==" in pin and pin.rstrip().endswith("\\") for pin in pins)
    assert text.count("--hash=sha256:") >= len(pins)
    assert "://" not in text


def test_an_unknown_kind_is_named(setup: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert setup.main(["everything"]) == 2
    assert "'everything' is not one of run, dev" in capsys.readouterr().err


def _read(path: str) -> str:
    file = Path(path)
    return file.read_text() if file.exists() else ""
