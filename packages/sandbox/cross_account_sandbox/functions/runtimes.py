"""The command that starts AWS's runtime client for each runtime on this machine.

Every Python runtime runs on the sandbox's own interpreter, every Node.js runtime on the `node` of PATH: the
runtime's name decides what the function is told (AWS_EXECUTION_ENV), not the version that runs it.
The sandbox stores functions of other languages, but cannot run them.
"""

from __future__ import annotations

import functools
import importlib.util
import shutil
import sys
import sysconfig
from pathlib import Path

from aws_rules.runtimes import NODE_RUNTIMES, PYTHON_RUNTIMES

_HERE = Path(__file__).parent
NODE_CLIENT = _HERE / "node_client"
PYTHON_CLIENT = _HERE / "python_client"


class RuntimeMissingError(RuntimeError):
    """This machine cannot run the function; the message says what is missing and what mends it."""


def command_for(runtime: str, handler: str) -> tuple[str, ...]:
    """The command line that runs this handler in the current folder. Raises RuntimeMissingError."""
    if runtime in PYTHON_RUNTIMES:
        return _python(handler)
    if runtime in NODE_RUNTIMES:
        return _node(handler)
    raise RuntimeMissingError(
        f"runtime {runtime!r} cannot run here: the sandbox runs {', '.join((*NODE_RUNTIMES, *PYTHON_RUNTIMES))}"
    )


def node_available() -> bool:
    """Whether Node.js functions can run: `node` on PATH, and AWS's client installed by `make setup`."""
    return _node_problem() is None


def _node_problem() -> str | None:
    if _node_program() is None:
        return "Node.js is not on PATH: install Node.js 20 or newer, then run `make setup`"
    if not (NODE_CLIENT / "node_modules" / "aws-lambda-ric").is_dir():
        return "AWS's runtime client for Node.js is not installed: run `make setup`"
    return None


@functools.cache
def _node_program() -> str | None:
    return shutil.which("node")


def _node(handler: str) -> tuple[str, ...]:
    problem = _node_problem()
    program = _node_program()
    if problem is not None or program is None:
        raise RuntimeMissingError(problem)
    return (program, "--require", str(NODE_CLIENT / "preload.cjs"), str(NODE_CLIENT / "main.mjs"), handler)


def _python(handler: str) -> tuple[str, ...]:
    installed = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    folders = (*installed, *(() if _native_python_client() else (str(PYTHON_CLIENT),)))
    # -B: the folder may be the person's own lambda_src/, where Lambda (read-only /var/task) would write nothing.
    return (sys.executable, "-S", "-B", str(PYTHON_CLIENT / "start.py"), handler, *folders)


@functools.cache
def _native_python_client() -> bool:
    return importlib.util.find_spec("runtime_client") is not None
