"""The AWS CLI for the commands that the doctor prints: a program for fork_server.py."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def prepare() -> None:
    """Import what every command imports, with the customizations of all services."""
    import awscli.clidriver  # type: ignore[import-untyped]

    awscli.clidriver.create_clidriver()


def run(arguments: list[str]) -> int:
    """Run a command."""
    import awscli.clidriver

    # As awscli sets it when it is imported; the environment is the caller's now.
    os.environ["AWS_DATA_PATH"] = str(Path(awscli.__file__).parent / "data")
    sys.argv = ["aws", *arguments]
    return int(awscli.clidriver.main())
