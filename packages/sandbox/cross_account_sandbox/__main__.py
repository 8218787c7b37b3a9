"""`cross-account-sandbox`."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

from cross_account_sandbox.deploy.worker import Worker
from cross_account_sandbox.garbage import search_seldom


def main() -> None:
    """Run the command line. If it deploys, start the deploying process before anything else is loaded."""
    search_seldom()
    arguments = sys.argv[1:]
    serves = arguments[:1] == ["serve"]
    if serves:
        # Holds until the sandbox serves. Loading takes a while, and a signal must have the same effect from the start.
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: sys.exit(0))
    worker = Worker() if serves and not {"--empty", "--help"} & set(arguments) else None
    try:
        from cross_account_sandbox.cli import run

        run(worker)
    except SystemExit as ended:
        if serves and isinstance(ended.code, int):
            _end(ended.code, worker)
        raise
    finally:
        if worker is not None:
            worker.close()


def _end(code: int, worker: Worker | None) -> None:
    """End without Python's teardown, which would delete every object: that takes longer than the orderly shutdown."""
    if worker is not None:
        worker.close()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
