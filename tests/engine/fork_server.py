"""`python fork_server.py SOCKET`: imports what a plugin imports, and forks a plugin for each launcher that connects.

It prints a line when it is ready, and ends when its stdin is closed.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import select
import signal
import socket
import sys
import threading

from cross_account_sandbox.engine_plugin.__main__ import SDK
from cross_account_sandbox.engine_plugin.package_shells import put_shells

#: The services whose descriptions a plugin otherwise parses at its first call.
_SERVICES = ("acm", "apigateway", "apigatewayv2", "ec2", "iam", "lambda", "logs", "ram", "route53", "s3", "sts")
#: Seconds before each retry of a throttled call. The SDK's own one or two seconds only make tests wait.
_BACKOFF = 0.01


def main(path: str) -> None:
    """Serve launchers. Nothing here may start a thread or create an object of gRPC: a fork would break them."""
    put_shells(SDK)

    from botocore.retries.standard import ExponentialBackoff

    from cross_account_sandbox.engine_plugin import serving  # noqa: F401 - imported for the plugins
    from cross_account_sandbox.resources.session import warm

    ExponentialBackoff.delay_amount = lambda *_: _BACKOFF  # type: ignore[method-assign]
    warm(_SERVICES)
    # A collection in a plugin would copy every page that it shares with this process.
    gc.collect()
    gc.freeze()
    # The system reaps ended plugins.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(64)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while sys.stdin not in select.select([listener, sys.stdin], [], [])[0]:
            launcher, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _run_plugin(launcher)
            launcher.close()


def _run_plugin(launcher: socket.socket) -> None:
    """Take the launcher's place and be the plugin; never returns."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        _, streams, _, _ = socket.recv_fds(launcher, 1, 3)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        with launcher.makefile("rb") as file:
            arguments, folder, environment = json.loads(file.readline())
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        threading.Thread(target=_end_with, args=[launcher], daemon=True).start()

        from cross_account_sandbox.engine_plugin.serving import serve

        asyncio.run(serve(arguments[0] if arguments else None))
    except BaseException:  # noqa: BLE001 - a fork must not return into its parent's loop
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(1)


def _end_with(launcher: socket.socket) -> None:
    """Stop this plugin when its launcher has to stop, or is killed."""
    launcher.recv(1)
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main(sys.argv[1])
