"""A fork of a prepared process is, to its caller, the program itself."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox_testing.forks import forked

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, programs start normally")
_AT_ONCE, _TIMES = 4, 200


def test_each_caller_gets_the_output_for_its_input_and_the_status(tmp_path: Path) -> None:
    executable = tmp_path / "echo"

    def call(number: int) -> tuple[str, int]:
        command = [str(executable), "given", str(number)]
        done = subprocess.run(command, check=False, input=f"<{number}>", capture_output=True, text=True)
        assert done.stderr == ""
        return done.stdout, done.returncode

    with forked(executable, "sandbox_testing.forked_echo"), ThreadPoolExecutor(_AT_ONCE) as callers:
        answers = list(callers.map(call, range(_TIMES)))
    assert answers == [(f"given {number} <{number}>\n", 2) for number in range(_TIMES)]
