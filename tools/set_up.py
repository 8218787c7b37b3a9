"""Create .venv: a virtual environment with the pinned packages of a lock file and this repository's packages.

    python3 tools/set_up.py run|dev

`run` installs the program, the sandbox and the doctor with their requirements; `dev` adds tests and checks. The script
uses uv if it is on PATH or pip can install it, and otherwise pip. It only needs Python 3.11 and its standard library.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
#: aws-rules first: the others depend on it.
DISTRIBUTIONS = ("packages/aws-rules", "components", "packages/sandbox", "packages/doctor")

#: pip's settings, and uv's variables for the same settings.
_UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
    "trusted-host": "UV_INSECURE_HOST",
}


def main(arguments: Sequence[str]) -> int:
    """Set up the environment, and print a line for each step."""
    kind = arguments[0] if arguments else "dev"
    if kind not in ("run", "dev"):
        print(f"setup: {kind!r} is not one of run, dev", file=sys.stderr)
        return 2
    python = environment(VENV)
    uv = find_uv(python)
    lock = ROOT / "requirements" / f"{kind}.txt"
    # A lock file is complete. Without --no-deps, it would be resolved again without requirements/overrides.txt.
    install(python, ["--no-deps", "--require-hashes", "--requirement", str(lock)], uv=uv)
    if kind == "run":
        # The lock file pins everything, so these resolve nothing and build with the pinned setuptools.
        editable = [word for folder in DISTRIBUTIONS for word in ("--editable", str(ROOT / folder))]
        install(python, ["--no-deps", "--no-build-isolation", *editable], uv=uv)
    return 0


def environment(folder: Path) -> Path:
    """The Python of the virtual environment; creates the environment if it is missing or incomplete."""
    python = folder / "bin" / "python"
    if python.exists() and _runs([str(python), "-c", "import pip"]):
        return python
    _say(f"creating {folder.name}" if not folder.exists() else f"{folder.name} is incomplete: creating it again")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    return python


def find_uv(python: Path) -> str | None:
    """Find uv on PATH or in the virtual environment, where pip installs it if necessary; None if that fails."""
    own = python.with_name("uv")
    if found := shutil.which("uv"):
        return found
    if not own.exists():
        _say("installing uv, which is faster than pip")
        lock = ROOT / "requirements" / "uv.txt"
        command = [*_pip(python), "--require-hashes", "--only-binary", ":all:", "--requirement", str(lock)]
        if subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode:
            return None
    return str(own)


def install(python: Path, words: Sequence[str], *, uv: str | None) -> None:
    """Install with uv, or with pip if uv is missing or fails."""
    what = Path(words[-1]).name if "--requirement" in words else "this repository's packages"
    if uv is not None:
        _say(f"installing {what} with uv")
        settings = _runs_output([str(python), "-m", "pip", "config", "list"])
        # Show uv's progress in a terminal, but do not log a line for each package.
        quiet = [] if sys.stderr.isatty() else ["--quiet"]
        command = [uv, "pip", "install", *quiet, "--python", str(python), *words]
        # Hard links fail across file systems. uv then copies; its warning would be the first output that users see.
        environ = {"UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy"), **uv_settings(settings, os.environ)}
        if not subprocess.run(command, check=False, env={**os.environ, **environ}).returncode:
            return
        _say("uv failed: trying pip")
    _say(f"installing {what} with pip (a minute or two)")
    subprocess.run([*_pip(python), *words], check=True)


def uv_settings(pip_config: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The index, links and certificates of pip as uv's variables, without those that are already set.

    `pip_config` is the output of `pip config list`: `global.index-url='https://…'`, `:env:.cert='…'`.
    """
    settings = {}
    for line in pip_config.splitlines():
        key, equals, value = line.partition("=")
        name = _UV_NAMES.get(key.rpartition(".")[2])
        if equals and name and name not in environ:
            settings[name] = " ".join(value.strip().strip("'\"").replace("\\n", " ").split())
    return settings


def _pip(python: Path) -> list[str]:
    return [str(python), "-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check"]


def _runs(command: Sequence[str]) -> bool:
    return not subprocess.run(command, check=False, capture_output=True).returncode


def _runs_output(command: Sequence[str]) -> str:
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout


def _say(message: str) -> None:
    print(f"setup: {message}", flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
    except subprocess.CalledProcessError as error:
        print(f"setup: {' '.join(map(str, error.cmd[:6]))} … ended with {error.returncode}", file=sys.stderr)
        sys.exit(1)
