"""The same Node.js function behind serverless-offline, which only this benchmark installs, into .cache."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.load import latency_ms, requests_a_second
from benchmarks.processes import resident_mb, running, until_answered

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT = Path(__file__).resolve().parents[1]
_FOLDER = _ROOT / ".cache" / "serverless-offline"
#: osls is the open-source continuation of Serverless Framework 3; version 4 requires a login.
_PACKAGES = {"osls": "3.63.2", "serverless-offline": "13.9.0"}


def report() -> Iterator[tuple[str, str]]:
    """Report the sandbox's figures for serverless-offline. Raises RuntimeError without Node.js."""
    if shutil.which("npm") is None:
        raise RuntimeError("Node.js with npm is not on PATH")
    _install()
    port = _free_port()
    _project(port)
    url = f"http://127.0.0.1:{port}/"
    environment = {"SLS_TELEMETRY_DISABLED": "1", "SLS_NOTIFICATIONS_MODE": "off"}
    command = ["node", "node_modules/osls/bin/serverless.js", "offline", "start"]
    with running(command, folder=_FOLDER, environment=environment):
        until_answered(url)
    began = time.monotonic()
    with running(command, folder=_FOLDER, environment=environment) as process:
        until_answered(url)
        yield "nodejs: start to first response", f"{time.monotonic() - began:.2f} s"
        median, slowest = latency_ms(url)
        yield "nodejs: warm request, p50 / p99", f"{median:.2f} / {slowest:.2f} ms"
        one, eight = requests_a_second(url, 1), requests_a_second(url, 8)
        yield "nodejs: requests per second, 1 / 8 clients", f"{one:.0f} / {eight:.0f}"
        own, family = resident_mb(process.pid)
        yield "nodejs: resident memory, own / with functions", f"{own} / {family} MB"


def _install() -> None:
    wanted = {"private": True, "dependencies": _PACKAGES}
    manifest = _FOLDER / "package.json"
    if manifest.exists() and json.loads(manifest.read_text("utf-8")) == wanted and (_FOLDER / "node_modules").exists():
        return
    _FOLDER.mkdir(parents=True, exist_ok=True)
    manifest.write_text(json.dumps(wanted), encoding="utf-8")
    subprocess.run(
        ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=_FOLDER, check=True
    )


def _project(port: int) -> None:
    shutil.copy(_ROOT / "lambda_src" / "nodejs" / "index.mjs", _FOLDER)
    document = {
        "service": "bench",
        "frameworkVersion": "3",
        "provider": {"name": "aws", "runtime": "nodejs20.x", "stage": "dev", "region": "us-east-1"},
        "functions": {"hello": {"handler": "index.handler", "events": [{"http": {"method": "get", "path": "/"}}]}},
        "plugins": ["serverless-offline"],
        "custom": {
            "serverless-offline": {"httpPort": port, "lambdaPort": _free_port(), "noPrependStageInUrl": True},
        },
    }
    # JSON is YAML.
    (_FOLDER / "serverless.yml").write_text(json.dumps(document), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
