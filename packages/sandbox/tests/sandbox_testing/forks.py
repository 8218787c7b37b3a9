"""Executables that start in a fraction of their time, as forks of a process that has imported their modules.

Tests start some programs hundreds of times: the engine starts two plugins or more for each operation, and each command
that the doctor prints runs the AWS CLI. Outside Linux, they start normally: macOS's libraries do not work in a fork.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_HERE = Path(__file__).parent


@contextmanager
def forked(executable: Path, module: str) -> Iterator[None]:
    """Write an executable that runs a module of this process's import path; it works while the context is open.

    fork_server.py says what the module has. Outside Linux, nothing is written.
    """
    if sys.platform != "linux":
        yield
        return
    with tempfile.TemporaryDirectory(prefix="forks-") as folder:
        # A shell cannot handle a signal that its caller ignores, as a script does with Ctrl-C for `make test &`.
        ignored = signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        prefix = ["env", "--default-signal=INT"] if ignored else []
        words = shlex.join([*prefix, "/bin/sh", str(_HERE / "fork_launcher.sh"), folder])
        executable.unlink(missing_ok=True)
        executable.write_text(f'#!/bin/sh\nexec {words} "$@"\n', "utf-8")
        executable.chmod(0o755)
        server = subprocess.Popen(
            [sys.executable, str(_HERE / "fork_server.py"), folder, module],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C in a terminal is for pytest, which then ends the server
        )
        with server:
            assert server.stdout is not None
            assert server.stdin is not None
            try:
                assert server.stdout.readline() == b"ready\n"
                yield
            finally:
                server.stdin.close()
