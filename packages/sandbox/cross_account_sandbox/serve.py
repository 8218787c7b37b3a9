"""Deploys and serves until SIGINT or SIGTERM."""

from __future__ import annotations

import contextlib
import faulthandler
import gc
import json
import os
import signal
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from cross_account_sandbox.bounded import is_busy
from cross_account_sandbox.control_plane.quotas import QUOTAS
from cross_account_sandbox.deploy.deployment import Deployed, accounts, described, operator_account
from cross_account_sandbox.deploy.errors import DeploymentError, UsageError
from cross_account_sandbox.deploy.inputs import Inputs
from cross_account_sandbox.deploy.project import Project, read_projects, settings_files
from cross_account_sandbox.deploy.worker import Worker
from cross_account_sandbox.http import origin_of
from cross_account_sandbox.terminal.routes import served_stages
from cross_account_sandbox.terminal.summary import Summary
from cross_account_sandbox.terminal.terminal import Terminal
from cross_account_sandbox.world import World

#: The conventional exit code for bad input.
EXIT_USAGE = 2
#: The exit code of a deployment that the program or AWS refused.
EXIT_FAILED = 1
#: Seconds that an orderly shutdown can take. A guardian process ends the functions' processes in any case.
_STOP_S = 1.4
#: More than any quota needs; Python converts at most 4,300 digits.
_QUOTA_DIGITS = 18


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """The options of the command line."""

    directories: tuple[Path, ...]
    stack: str
    config: tuple[str, ...]
    empty: bool
    port: int
    as_json: bool
    allow_outbound: bool
    allow_origin: str | None = None
    quotas: tuple[str, ...] = ()
    function_state_delay_s: float = 0.0
    watch: bool = True
    quiet: bool = False
    log_format: str = "text"


class _Stopped(BaseException):
    """A signal arrived: abandons whatever is being waited for."""


def serve_until_stopped(request: Request, worker: Worker | None = None) -> int:
    """Serve, and return the exit code: 0 after a signal, 2 for bad input, 1 for a failed deployment.

    Each failure prints one message on stderr. `worker` is the deploying process, if it has been started already.
    """
    terminal = Terminal(quiet=request.quiet, as_json=request.log_format == "json")
    try:
        # Inside, so that a signal at any moment from now on is caught below.
        _on_signals(_raise_stopped)
        _serve(request, worker, terminal)
    except _Stopped:
        return 0
    except UsageError as error:
        terminal.error(str(error))
        return EXIT_USAGE
    except DeploymentError as error:
        terminal.error(str(error))
        return EXIT_FAILED
    return 0


def _serve(request: Request, worker: Worker | None, terminal: Terminal) -> None:
    if request.empty and request.directories:
        raise UsageError("--empty deploys nothing: remove either --dir or --empty")
    quotas, origin = _quotas(request.quotas), _origin(request.allow_origin)
    directories, overrides = list(request.directories), list(request.config)
    settings = settings_files(directories, request.stack)
    settings_read = Inputs.of(settings)
    projects = read_projects(directories, request.stack, overrides)
    with contextlib.ExitStack() as ending:
        # Entered last and left first: a second signal must not interrupt the shutdown of the processes below.
        deploying = ending.enter_context(worker or Worker()) if projects else None
        # Imported here, while the worker loads Pulumi's SDK.
        from cross_account_sandbox.server import PortInUseError, RunningSandbox

        sandbox = RunningSandbox(
            port=request.port,
            operator_account=operator_account(projects),
            allow_outbound=request.allow_outbound,
            allow_origin=origin,
        )
        sandbox.world.quotas.everywhere.update(quotas)
        ending.callback(sandbox.close)
        ending.callback(_on_signals, signal.SIG_IGN)
        try:
            sandbox.start()
        except PortInUseError as error:
            raise UsageError(str(error)) from None
        except OSError as error:
            raise UsageError(
                f"port {request.port} cannot be bound ({error.strerror}): choose another with --port (0 for any free "
                "port)"
            ) from None
        done: list[Deployed] = []
        if deploying is not None:
            first = sandbox.world.deployments.begin()
            with terminal.deploying() as tell:
                done = deploying.deploy(sandbox.world, projects, log=terminal.message, tell=tell)
            deploying.close()
            sandbox.world.deployments.succeed(first, resources=deploying.resources, projects=described(done))
        # The first deployment did not wait for this delay.
        sandbox.world.function_state_delay_s = request.function_state_delay_s
        terminal.listen(sandbox.world.events)
        if request.as_json:
            print(json.dumps(_announcement(sandbox.endpoint, projects, done)), flush=True)  # noqa: T201 - the interface
        terminal.summary(_summary(sandbox.world, projects, done))
        _warn_of_runtimes(sandbox.world, terminal)
        ending.callback(terminal.close)
        terminal.follow()
        # What is loaded now stays in memory. Searching it for garbage would take a twentieth of each request.
        gc.freeze()
        if deploying is not None and request.watch:
            # Imported here, once requests are answered.
            from cross_account_sandbox.development_loop import DevelopmentLoop

            read = partial(read_projects, directories, request.stack, overrides)
            loop = DevelopmentLoop(sandbox, read=read, settings=settings, log=terminal.message)
            loop.follow(deploying.inputs | settings_read)
            raise _Stopped
        while True:
            signal.pause()


def _quotas(given: Sequence[str]) -> dict[str, int]:
    """Parse raised quotas, by code. Raises UsageError for an unknown code, and for a value that is not an increase."""
    quotas = {}
    for text in given:
        code, _, value = text.partition("=")
        if code not in QUOTAS:
            known = ", ".join(f"{code} ({name}, {default})" for code, (name, _, default) in QUOTAS.items())
            raise UsageError(f"--quota {text}: the sandbox knows the quotas {known}; write CODE=VALUE")
        if not value.isdecimal() or len(value) > _QUOTA_DIGITS or int(value) <= QUOTAS[code][2]:
            raise UsageError(f"--quota {text}: give a whole number above the default, {QUOTAS[code][2]}")
        quotas[code] = int(value)
    return quotas


def _origin(given: str | None) -> str | None:
    """Check the origin to allow. Raises UsageError for text that is not an origin as browsers write it."""
    if given is None:
        return None
    if not given.startswith(("http://", "https://")) or given != origin_of(given):
        raise UsageError(f"--allow-origin {given}: write the origin as browsers do, such as http://localhost:5173")
    return given


def _announcement(endpoint: str, projects: Sequence[Project], done: Sequence[Deployed]) -> dict[str, Any]:
    last = done[-1] if done else None
    return {
        "endpoint": endpoint,
        "accounts": accounts(projects),
        "outputs": last.outputs if last else {},
        "localUrl": last.local_url if last else None,
        "projects": described(done),
    }


def _summary(world: World, projects: Sequence[Project], done: Sequence[Deployed]) -> Summary:
    return Summary(
        endpoint=world.endpoint,
        accounts=accounts(projects),
        projects={
            entry.project.name: (entry.local_url, str(entry.outputs["url"])) for entry in done if entry.local_url
        },
        stages=served_stages(world),
    )


def _warn_of_runtimes(world: World, terminal: Terminal) -> None:
    """Warn of functions that this machine cannot run: they cause a 502, and only the trace shows the reason."""
    from cross_account_sandbox.functions.runtimes import RuntimeMissingError, command_for

    for store in world.functions.all():
        for function in store.functions.values():
            try:
                command_for(function.latest.runtime)
            except RuntimeMissingError as error:
                terminal.warning(f"{function.name} of account {store.account} cannot run here: {error}")


def _on_signals(handler: Any) -> None:
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, handler)


def _raise_stopped(_signal: int, _frame: object) -> None:
    if is_busy():
        # An orderly shutdown would wait for it. Functions end when this process's pipe closes, and the next start
        # removes the temporary folders.
        os._exit(0)
    # Whatever is in progress, the process ends within two seconds: a Python thread ends it, or C's timer if Python's
    # lock is held.
    timer = threading.Timer(_STOP_S, os._exit, (0,))
    timer.daemon = True
    timer.start()
    faulthandler.dump_traceback_later(_STOP_S + 0.5, exit=True, file=os.open(os.devnull, os.O_WRONLY))
    raise _Stopped
