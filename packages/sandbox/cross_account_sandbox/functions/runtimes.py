"""Which runtimes there are, and the command that starts AWS's runtime client for each on this machine.

Every Python runtime runs on the sandbox's own interpreter, every Node.js runtime on the `node` of PATH: the
runtime's name decides what the function is told (AWS_EXECUTION_ENV), not the version that runs it.
Source of the list and of what may still be created: Lambda developer guide, "Lambda runtimes", and botocore's
model of November 2026.
"""

from __future__ import annotations

import functools
import importlib.util
import shutil
import sys
import sysconfig
from pathlib import Path

_HERE = Path(__file__).parent
NODE_CLIENT = _HERE / "node_client"
PYTHON_CLIENT = _HERE / "python_client"

NODE_RUNTIMES = ("nodejs20.x", "nodejs22.x", "nodejs24.x", "nodejs26.x")
PYTHON_RUNTIMES = ("python3.10", "python3.11", "python3.12", "python3.13", "python3.14", "python3.15")
#: Runtimes of other languages that AWS takes; the sandbox keeps such a function and cannot run it.
OTHER_RUNTIMES = (
    "dotnet8",
    "dotnet10",
    "java8.al2",
    "java8.al2023",
    "java11.al2023",
    "java17.al2023",
    "java11",
    "java17",
    "java21",
    "java25",
    "provided.al2",
    "provided.al2023",
    "ruby3.3",
    "ruby3.4",
    "ruby4.0",
)
#: Identifiers that AWS knows and no longer creates functions with.
DEPRECATED_RUNTIMES = (
    "dotnet6",
    "dotnet7",
    "dotnetcore1.0",
    "dotnetcore2.0",
    "dotnetcore2.1",
    "dotnetcore3.1",
    "dotnet5.0",
    "go1.x",
    "java8",
    "nodejs",
    "nodejs4.3",
    "nodejs4.3-edge",
    "nodejs6.10",
    "nodejs8.10",
    "nodejs10.x",
    "nodejs12.x",
    "nodejs14.x",
    "nodejs16.x",
    "nodejs18.x",
    "provided",
    "python2.7",
    "python3.6",
    "python3.7",
    "python3.8",
    "python3.9",
    "ruby2.5",
    "ruby2.7",
    "ruby3.2",
)
SUPPORTED_RUNTIMES = (*NODE_RUNTIMES, *PYTHON_RUNTIMES, *OTHER_RUNTIMES)


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
