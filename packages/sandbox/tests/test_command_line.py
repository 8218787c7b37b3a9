"""The command line: version, help, completion, and the shell environment for the real Pulumi CLI."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from cross_account_sandbox import cli
from cross_account_sandbox.deploy.errors import UsageError
from cross_account_sandbox.deploy.project import Project
from sandbox_testing.repository import ROOT


def _said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run the command, check that it exits with 0, and return its output."""
    monkeypatch.setattr(sys, "argv", ["cross-account-sandbox", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.run()
    assert not ended.value.code
    return capsys.readouterr().out


def test_the_version_is_the_distributions(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    version = metadata.version("cross-account-sandbox")
    assert _said(monkeypatch, capsys, "--version") == f"cross-account-sandbox {version}\n"


@pytest.mark.parametrize("command", ["serve", "demo", "env"])
@pytest.mark.parametrize("columns", ["80", "200"])
def test_help_has_examples_whose_options_exist(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str, columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    said = _said(monkeypatch, capsys, command, "--help")
    examples = re.findall(
        r"^ +(?:eval \"\$\(\.venv/bin/)?(cross-account-sandbox .+?)(?:\)\"| 2> .*)?$", said, re.MULTILINE
    )
    assert examples
    for example in examples:
        words = shlex.split(example)
        assert words[1] == command
        assert all(word in said.partition("Example")[0] for word in words if word.startswith("-"))


@pytest.mark.parametrize(("typed", "offered"), [("se", "serve"), ("serve --log-f", "--log-format")])
def test_a_shell_completes_commands_and_options(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, offered: str
) -> None:
    monkeypatch.setenv("_CROSS_ACCOUNT_SANDBOX_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"cross-account-sandbox {typed}")
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split())))
    assert offered in _said(monkeypatch, capsys).split()


def test_env_sets_up_a_shell_that_finds_the_plugin_and_a_backend(tmp_path: Path) -> None:
    folder = tmp_path / "with a space & $sign"
    folder.mkdir()
    script = f"""
    eval "$({shlex.quote(sys.executable)} -m cross_account_sandbox env)" || exit 1
    command -v pulumi-resource-aws
    echo "$PULUMI_BACKEND_URL"
    echo "$PULUMI_CONFIG_PASSPHRASE"
    eval "$({shlex.quote(sys.executable)} -m cross_account_sandbox env)"
    echo "$PATH"
    """
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PULUMI_CONFIG_PASSPHRASE": "the user's own"}
    done = subprocess.run(
        ["/bin/sh", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    plugin, backend, passphrase, path = done.stdout.splitlines()
    home = folder / ".cache" / "sandbox"
    assert Path(plugin) == home / "bin" / "pulumi-resource-aws"
    assert backend == (home / "state").as_uri()
    assert (home / "state").is_dir()
    assert passphrase == "the user's own"
    # A second time adds nothing.
    assert path.split(os.pathsep).count(str(home / "bin")) == 1
    assert path.endswith(os.environ["PATH"])


def test_a_folder_of_projects_is_refused_with_the_projects_that_it_holds() -> None:
    with pytest.raises(UsageError) as refused:
        Project.read(ROOT / "examples" / "split", "sandbox")
    folder = ROOT / "examples" / "split"
    listed = ", ".join(f"--dir {folder / name}" for name in ("api", "consumer", "function"))
    assert str(refused.value).endswith(f"Pulumi.yaml does not exist: {folder} holds these projects: {listed}")


def test_a_folder_without_projects_is_refused_as_before(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--dir must name the folder of a Pulumi project"):
        Project.read(tmp_path, "sandbox")


@pytest.mark.parametrize(("programs", "expected"), [(("node", "npm"), ""), ((), " -c runtime=python")])
def test_make_sandbox_takes_a_port_and_deploys_python_where_node_is_missing(
    tmp_path: Path, programs: tuple[str, ...], expected: str
) -> None:
    for name in ("sh", "make", "awk", "python3", *programs):
        (tmp_path / name).symlink_to(Path(sys.executable) if name == "python3" else _program(name))
    done = subprocess.run(
        ["make", "-n", "sandbox", "PORT=0"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    command = done.stdout.rstrip().rpartition("exec ")[2]
    assert command.rstrip() == f".venv/bin/cross-account-sandbox serve --port 0{expected}"
    assert ("Node.js is not on PATH: deploying the Python function" in done.stdout) is bool(expected)


def _program(name: str) -> str:
    """A program of this machine. Any program can stand in for Node.js, because it is looked up but not run."""
    from shutil import which

    return which(name) or "/bin/true"
