"""The command that starts AWS's runtime client for each runtime on this machine.

Every Python runtime runs on the sandbox's own interpreter, and every Node.js runtime on the `node` in PATH. The
runtime's name determines AWS_EXECUTION_ENV and, for Node.js, the flags and the runtime client, so that module formats
and handlers behave as in that runtime and not as in the installed version. The sandbox stores functions in other
languages, but cannot run them.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from aws_rules.runtimes import NODE_RUNTIMES, PYTHON_RUNTIMES

_HERE = Path(__file__).parent
NODE_CLIENT = _HERE / "node_client"
PYTHON_CLIENT = _HERE / "python_client"

#: Runtimes whose handlers can take a callback. In later runtimes, the client fails the init of such a handler.
_CALLBACK_RUNTIMES = ("nodejs20.x", "nodejs22.x")
_NO_REQUIRE, _NO_DETECT = "--no-experimental-require-module", "--no-experimental-detect-module"
#: Features that Lambda disables; Lambda developer guide, "Building Lambda functions with Node.js", for 20 and 22.
#: Unconfirmed: that nodejs24.x and nodejs26.x disable the same features as nodejs22.x. Reason: the tests of AWS's
#: client do, but the guide does not mention it.
_NODE_FLAGS = {"nodejs20.x": (_NO_REQUIRE,)} | dict.fromkeys(NODE_RUNTIMES[1:], (_NO_REQUIRE, _NO_DETECT))
_TASK_ROOT = "/var/task/"
#: $0 is the script on this machine, $1 its name as configured in the function.
_START_WRAPPED = """
name="$1"
shift
if [ ! -f "$0" ]; then echo "$name: does not exist"; exit 127; fi
if [ ! -x "$0" ]; then echo "$name: is not an executable"; exit 126; fi
exec "$0" "$@"
"""


class RuntimeMissingError(RuntimeError):
    """This machine cannot run the function; the message names what is missing and how to install it."""


def command_for(runtime: str, *, node_options: str = "") -> tuple[str, ...]:
    """The command line that runs the handler named in `_HANDLER` in the current folder. Raises RuntimeMissingError.

    node_options  the function's NODE_OPTIONS: features that they enable are not disabled
    """
    if runtime in PYTHON_RUNTIMES:
        return _python()
    if runtime in NODE_RUNTIMES:
        return _node(runtime, node_options.split())
    raise RuntimeMissingError(
        f"runtime {runtime!r} cannot run here: the sandbox runs {', '.join((*NODE_RUNTIMES, *PYTHON_RUNTIMES))}"
    )


def wrapped(command: tuple[str, ...], wrapper: str, *, code_dir: str) -> tuple[str, ...]:
    """Pass the command as arguments to the script that AWS_LAMBDA_EXEC_WRAPPER names.

    Source: Lambda developer guide, "Modifying the runtime environment"; the checks match those of AWS's runtimes.
    """
    path = f"{code_dir}/{wrapper.removeprefix(_TASK_ROOT)}" if wrapper.startswith(_TASK_ROOT) else wrapper
    return ("/bin/sh", "-c", _START_WRAPPED, path, wrapper, *command)


def node_available() -> bool:
    """True if Node.js functions can run: `node` is on PATH and `make setup` has installed AWS's client."""
    return _node_problem() is None


def _node_problem() -> str | None:
    if _node_program() is None:
        return "Node.js is not on PATH: install Node.js 20 or newer, then run `make setup`"
    if not all((NODE_CLIENT / "node_modules" / name).is_dir() for name in ("aws-lambda-ric", "aws-lambda-ric-4")):
        return "AWS's runtime client for Node.js is not installed: run `make setup`"
    return None


@functools.cache
def _node_program() -> str | None:
    return shutil.which("node")


@functools.cache
def _node_knows(program: str) -> frozenset[str]:
    """The flags that this Node.js accepts: it exits immediately if it does not know one."""
    wanted = json.dumps([_NO_REQUIRE, _NO_DETECT])
    script = f"JSON.stringify({wanted}.filter((flag) => process.allowedNodeEnvironmentFlags.has(flag)))"
    asked = subprocess.run([program, "-p", script], check=False, capture_output=True, text=True, env={})  # noqa: S603
    return frozenset(json.loads(asked.stdout or "[]"))


def _node(runtime: str, options: list[str]) -> tuple[str, ...]:
    problem = _node_problem()
    program = _node_program()
    if problem is not None or program is None:
        raise RuntimeMissingError(problem)
    switched_on = {option.replace("--experimental-", "--no-experimental-", 1) for option in options}
    flags = (flag for flag in _NODE_FLAGS[runtime] if flag in _node_knows(program) and flag not in switched_on)
    main = "main.mjs" if runtime in _CALLBACK_RUNTIMES else "main-4.mjs"
    return (program, *flags, "--require", str(NODE_CLIENT / "preload.cjs"), str(NODE_CLIENT / main))


def _python() -> tuple[str, ...]:
    installed = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
    folders = (*installed, *(() if _native_python_client() else (str(PYTHON_CLIENT),)))
    # -B: the folder is read-only, as /var/task on Lambda.
    options = ("-S", "-B", "-X", f"folders={os.pathsep.join(folders)}")
    return (sys.executable, *options, str(PYTHON_CLIENT / "start.py"))


@functools.cache
def _native_python_client() -> bool:
    return importlib.util.find_spec("runtime_client") is not None
