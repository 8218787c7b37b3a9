"""A plugin for the engine tests that starts in 0.05 s instead of 0.35 s of CPU, as a fork of a process that is ready.

An operation of the engine starts two plugins or more, which took half of these tests' time. The modules that test
plugin processes themselves use the plugin's own launcher: test_provider.py, and test_launcher.py of the sandbox.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cross_account_sandbox.engine_plugin.launcher import write_launcher

_HERE = Path(__file__).parent


@contextmanager
def forked_plugin(folder: Path) -> Iterator[Path]:
    """Write a launcher to the folder, as `write_launcher` does; it works while the context is open.

    Outside Linux, it is the plugin's own launcher: macOS's libraries do not work in a fork.
    """
    launcher = write_launcher(folder)
    if sys.platform != "linux":
        yield launcher
        return
    # The path of a socket must be short: pytest's folders can be too long.
    with tempfile.TemporaryDirectory(prefix="plugins-") as short:
        path = f"{short}/socket"
        words = shlex.join([sys.executable, "-I", "-S", str(_HERE / "fork_launcher.py"), path])
        launcher.write_text(f'#!/bin/sh\nexec {words} "$@"\n', "utf-8")
        server = subprocess.Popen(
            [sys.executable, str(_HERE / "fork_server.py"), path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C in a terminal is for pytest, which then ends the server
        )
        with server:
            assert server.stdout is not None
            assert server.stdin is not None
            try:
                assert server.stdout.readline() == b"ready\n"
                yield launcher
            finally:
                server.stdin.close()
