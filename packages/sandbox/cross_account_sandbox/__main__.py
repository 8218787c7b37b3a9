"""`cross-account-sandbox`."""

from __future__ import annotations

import signal
import sys

from cross_account_sandbox.deploy.worker import Worker
from cross_account_sandbox.garbage import search_seldom


def main() -> None:
    """Run the command line. If it deploys, start the deploying process before anything else is loaded."""
    search_seldom()
    arguments = sys.argv[1:]
    if arguments[:1] == ["serve"]:
        # Holds until the sandbox serves. Loading takes a while, and a signal must have the same effect from the start.
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: sys.exit(0))
    worker = Worker() if arguments[:1] == ["serve"] and not {"--empty", "--help"} & set(arguments) else None
    try:
        from cross_account_sandbox.cli import run

        run(worker)
    finally:
        if worker is not None:
            worker.close()


if __name__ == "__main__":
    main()
