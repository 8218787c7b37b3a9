"""Makes .venv: a virtual environment with what a lock file of requirements/ pins, and this repository's packages.

    python3 tools/set_up.py run|dev

`run` is what the program, the sandbox and the doctor need, themselves included; `dev` adds tests and checks. uv
installs if it is on PATH or pip can install it, otherwise pip does. Needs only Python 3.11 and its standard library.
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

#: What pip reads from its configuration or environment, and the variable by which uv knows the same.
_UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "cert": "SSL_CERT_FILE",
    "trusted-host": "UV_INSECURE_HOST",
}


def main(arguments: Sequence[str]) -> int:
    """Set up, and say in a line each what is being done."""
    kind = arguments[0] if arguments else "dev"
    if kind not in ("run", "dev"):
        print(f"setup: {kind!r} is not one of run, dev", file=sys.stderr)
        return 2
    python = environment(VENV)
    uv = find_uv(python)
    lock = ROOT / "requirements" / f"{kind}.txt"
    # A lock file is complete; without --no-deps it would be resolved again, without requirements/overrides.txt.
    install(python, ["--no-deps", "--require-hashes", "--requirement", str(lock)], uv=uv)
    if kind == "run":
        # Everything is pinned by the lock file, so these resolve nothing and build with the pinned setuptools.
        editable = [word for folder in DISTRIBUTIONS for word in ("--editable", str(ROOT / folder))]
        install(python, ["--no-deps", "--no-build-isolation", *editable], uv=uv)
    return 0


def environment(folder: Path) -> Path:
    """The Python of the virtual environment, which is made where it is missing, or broken by an interrupted setup."""
    python = folder / "bin" / "python"
    if python.exists() and _runs([str(python), "-c", "import pip"]):
        return python
    _say(f"making {folder.name}" if not folder.exists() else f"{folder.name} is incomplete: making it again")
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    return python


def find_uv(python: Path) -> str | None:
    """Uv on PATH, else in the virtual environment, where pip installs it; None where that fails."""
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
    """Install by uv; by pip where there is no uv, or where it fails."""
    what = Path(words[-1]).name if "--requirement" in words else "this repository's packages"
    if uv is not None:
        _say(f"installing {what} with uv")
        settings = _runs_output([str(python), "-m", "pip", "config", "list"])
        # A terminal sees uv's progress; a log does not get a line for each package.
        quiet = [] if sys.stderr.isatty() else ["--quiet"]
        command = [uv, "pip", "install", *quiet, "--python", str(python), *words]
        # Hard links fail across file systems; uv then copies, and its warning would be the first thing to see.
        environ = {"UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy"), **uv_settings(settings, os.environ)}
        if not subprocess.run(command, check=False, env={**os.environ, **environ}).returncode:
            return
        _say("uv failed: trying pip")
    _say(f"installing {what} with pip (a minute or two)")
    subprocess.run([*_pip(python), *words], check=True)


def uv_settings(pip_config: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Pip's own index, links and certificates as uv's variables; a variable of uv that is set already stays.

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
