"""Runs the doctor from the page: the command, and its output if its console script is installed.

The sandbox does not import the doctor; it starts the command as a user would.
"""

from __future__ import annotations

import asyncio
import os
import shlex
import sys
from pathlib import Path

from cross_account_sandbox.trace import Trace
from cross_account_sandbox.world import World

_NAME = "cross-account-doctor"
#: Seconds that the doctor can take.
_PATIENCE_S = 60


class DoctorUnavailableError(RuntimeError):
    """The doctor cannot run; the message says why and how to fix it."""


def command(world: World, trace: Trace) -> str:
    """The command line for the API, stage and route of a request; empty if no API answered it."""
    arguments = _arguments(world, trace)
    if not arguments:
        return ""
    keys = " ".join(f"{name}={value}" for name, value in _keys(_owner(world, trace)[0]).items())
    return f"{keys} .venv/bin/{_NAME} {shlex.join(arguments)}"


def script() -> Path | None:
    """The console script beside this Python; None if it is not installed."""
    found = Path(sys.executable).parent / _NAME
    return found if found.exists() else None


async def ask(world: World, trace: Trace) -> str:
    """Return the doctor's output for a request's API, stage and route. Raises DoctorUnavailableError."""
    arguments, found = _arguments(world, trace), script()
    if not arguments:
        raise DoctorUnavailableError("No API answered this request, so there is nothing to examine.")
    if found is None:
        raise DoctorUnavailableError(f"{_NAME} is not installed beside this Python: pip install packages/doctor")
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_COLOR": "1",
        "COLUMNS": "110",
        **_keys(_owner(world, trace)[0]),
    }
    process = await asyncio.create_subprocess_exec(
        str(found),
        *arguments,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), _PATIENCE_S)
    except TimeoutError:
        raise DoctorUnavailableError(f"{_NAME} did not answer within {_PATIENCE_S} seconds.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return output.decode("utf-8", "replace")


def _arguments(world: World, trace: Trace) -> list[str]:
    account, region = _owner(world, trace)
    if not account or not trace.stage:
        return []
    arguments = ["check", "--api-id", trace.api_id, "--stage", trace.stage, "--region", region]
    arguments += ["--endpoint-url", world.endpoint]
    return [*arguments, "--route", route] if (route := _route(trace)) else arguments


def _keys(account: str) -> dict[str, str]:
    return {"AWS_ACCESS_KEY_ID": account, "AWS_SECRET_ACCESS_KEY": "test"}


def _owner(world: World, trace: Trace) -> tuple[str, str]:
    """The account and Region of the API that answered; empty if none did."""
    for store in world.apigateway.all():
        if trace.api_id in store.rest_apis:
            return store.account, store.region
    for http_store in world.http_apis.all():
        if trace.api_id in http_store.apis:
            return http_store.account, http_store.region
    return "", ""


def _route(trace: Trace) -> str:
    evidence = next((hop.evidence for hop in trace.hops if hop.name == "route"), {})
    if "routeKey" in evidence:
        return str(evidence["routeKey"])
    return f"{evidence['method']} {evidence['resource']}" if "resource" in evidence else ""
