"""`cross-account-sandbox serve`, started in a fraction of its time, with its deploying process: for fork_server.py."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from itertools import pairwise
from types import SimpleNamespace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Imported for the server: those of moto are loaded at a service's first call.
_SERVER = ("cli", "serve", "server")
_MOTO = ("moto_server.werkzeug_app", "acm", "sts")
_MENDED = ("ec2", "iam", "logs", "route53", "s3")


def prepare() -> None:
    """Import what the server and its deploying process import."""
    from cross_account_sandbox.control_plane import moto_bridge, moto_mends
    from cross_account_sandbox.deploy import worker_main
    from cross_account_sandbox.resources.session import warm

    os.environ.update(moto_bridge._SETTINGS)  # noqa: SLF001 - moto reads them when it is imported
    for name in (*(f"cross_account_sandbox.{each}" for each in _SERVER), *(f"moto.{each}" for each in _MOTO)):
        importlib.import_module(name)
    for service in _MENDED:
        moto_mends.mend(service)
        importlib.import_module(f"moto.{service}")
    for name in worker_main._AHEAD:  # noqa: SLF001 - what the process itself loads
        importlib.import_module(name)
    warm(worker_main._SERVICES)  # noqa: SLF001


def run(arguments: list[str]) -> int:
    """Be the command."""
    from cross_account_sandbox.__main__ import main
    from cross_account_sandbox.deploy import worker

    vars(worker)["subprocess"] = SimpleNamespace(Popen=_ForkedWorker, DEVNULL=None)
    sys.argv = ["cross-account-sandbox", *arguments]
    try:
        main()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


class _ForkedWorker:
    """The deploying process as a fork of this one, with what `Worker` uses of `subprocess.Popen`."""

    def __init__(self, command: Sequence[str], *, pass_fds: tuple[int, int], stdin: None, stdout: int) -> None:
        del command, stdin
        self._process = os.fork()
        if self._process:
            return
        try:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(stdout, 1)
            for first, last in pairwise((2, *sorted(pass_fds), os.sysconf("SC_OPEN_MAX"))):
                os.closerange(first + 1, last)

            from cross_account_sandbox.deploy.worker_main import main

            main(*pass_fds)
        finally:
            os._exit(1)

    def kill(self) -> None:
        os.kill(self._process, signal.SIGKILL)

    def wait(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])
