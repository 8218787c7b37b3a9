"""`python -m benchmarks.routes N`: evaluate a program with N routes on mocks; print seconds and resources."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from cross_account_api import (
    Account,
    CrossAccountApi,
    CrossAccountApiArgs,
    FunctionArgs,
    PermissionArgs,
    Route,
    account_provider,
)
from cross_account_api.config import AccountSettings
from cross_account_api.testing import record

_CODE = Path(__file__).resolve().parents[1] / "lambda_src" / "python"


def main(routes: int) -> None:
    """Evaluate the program, and print the figures."""

    def program() -> None:
        function_account = _account("function-account", "222222222222")
        echo = FunctionArgs(account=function_account, code=_CODE, runtime="python")
        CrossAccountApi(
            "bench",
            CrossAccountApiArgs(
                account=_account("api-account", "111111111111"),
                functions={"echo": echo},
                # The root counts as a resource, and an API can have at most 300.
                routes=[
                    Route(method="GET", path=f"/items{number}" if number else "/", function="echo")
                    for number in range(routes)
                ],
                # 300 statements of scope `method` would not fit into the function's policy.
                permission=PermissionArgs(scope="api"),
            ),
        )

    began = time.perf_counter()
    recording = record(program)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "resources": len(recording.all(provider="api-account"))}))


def _account(name: str, identity: str) -> Account:
    return account_provider(name, AccountSettings(id=identity, region="us-east-1"), endpoint=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
