"""The command line itself: version, help and completion."""

from __future__ import annotations

import re
import shlex
from importlib import metadata
from typing import TYPE_CHECKING

import pytest

from cross_account_doctor.cli import main

if TYPE_CHECKING:
    from collections.abc import Sequence


def _said(capsys: pytest.CaptureFixture[str], arguments: Sequence[str]) -> str:
    assert main(list(arguments)) == 0
    return capsys.readouterr().out


def test_the_version_is_the_distributions(capsys: pytest.CaptureFixture[str]) -> None:
    version = metadata.version("cross-account-doctor")
    assert _said(capsys, ["--version"]) == f"cross-account-doctor {version}\n"


@pytest.mark.parametrize(("name", "number"), [("check", 3), ("graph", 2), ("leftovers", 1)])
@pytest.mark.parametrize("columns", ["80", "200"])
def test_help_has_examples_whose_options_exist(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: str, name: str, number: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    said = _said(capsys, [name, "--help"])
    options, _, examples = said.partition("Examples:")
    commands = re.findall(rf"cross-account-doctor {name} .+", examples)
    assert len(commands) == number
    for command in commands:
        given = {word for word in shlex.split(command) if word.startswith("--")}
        assert given
        assert given <= set(re.findall(r"--[a-z-]+", options))


@pytest.mark.parametrize(
    ("typed", "offered"), [("ch", "check"), ("gr", "graph"), ("check --function-p", "--function-profile")]
)
def test_a_shell_completes_commands_and_options(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: str, offered: str
) -> None:
    monkeypatch.setenv("_CROSS_ACCOUNT_DOCTOR_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"cross-account-doctor {typed}")
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split())))
    with pytest.raises(SystemExit) as ended:
        main([])
    assert not ended.value.code
    assert offered in capsys.readouterr().out.split()
