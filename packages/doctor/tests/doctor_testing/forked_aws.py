"""The AWS CLI for the commands that the doctor prints: a program for fork_server.py."""

from __future__ import annotations

import io
import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

from sandbox_testing.shared_botocore import share

#: A call without parameters of each service that printed commands call.
_CALLS = {
    "apigateway": "get-rest-apis",
    "apigatewayv2": "get-apis",
    "iam": "list-roles",
    "lambda": "list-functions",
    "logs": "describe-log-groups",
}


def prepare() -> None:
    """Import what every command imports, and let the CLI read its descriptions of the services."""
    import awscli.clidriver  # type: ignore[import-untyped]

    share()
    for service, call in _CALLS.items():
        driver = awscli.clidriver.create_clidriver()
        with redirect_stdout(io.StringIO()):
            driver.main([service, call, "--generate-cli-skeleton"])
        driver.session.create_client(service, "us-east-1", aws_access_key_id="none", aws_secret_access_key="none")


def run(arguments: list[str]) -> int:
    """Run a command."""
    import awscli.clidriver

    # As awscli sets it when it is imported; the environment is the caller's now.
    os.environ["AWS_DATA_PATH"] = str(Path(awscli.__file__).parent / "data")
    sys.argv = ["aws", *arguments]
    return int(awscli.clidriver.main())
