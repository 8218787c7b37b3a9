"""The number of policy statements and of live code's files, which must not make requests slower."""

from __future__ import annotations

import asyncio
import tempfile
import timeit
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_rules.iam.evaluation import AccessRequest, Principal, SavedPolicy, evaluate_access
from cross_account_sandbox.functions.source_folder import SourceFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_API = "arn:aws:execute-api:us-east-1:111111111111:a1b2c3d4e5/dev/GET"
_FUNCTION = "arn:aws:lambda:us-east-1:222222222222:function:bench"
_CALLS = 1000


def report() -> Iterator[tuple[str, str]]:
    """Report microseconds for each size, the best of five runs."""
    yield "authorizing a call, 1 / 59 statements", _figures(_us(_decide(1)), _us(_decide(59)))
    yield "unchanged code, 10 / 1,400 / 26,000 files", _figures(*(_unchanged(files) for files in (10, 1400, 26000)))


def _figures(*microseconds: float) -> str:
    return " / ".join(f"{each:.0f}" for each in microseconds) + " µs"


def _us(run: Callable[[], object]) -> float:
    return min(timeit.repeat(run, number=_CALLS, repeat=5)) / _CALLS * 1e6


def _decide(statements: int) -> Callable[[], object]:
    policy = SavedPolicy({"Version": "2012-10-17", "Statement": [_statement(number) for number in range(statements)]})
    request = AccessRequest(
        principal=Principal.of_service("apigateway.amazonaws.com"),
        action="lambda:InvokeFunction",
        resource=_FUNCTION,
        context={"aws:SourceArn": f"{_API}/0", "aws:SourceAccount": "111111111111"},
    )
    return lambda: evaluate_access(
        request, resource_account="222222222222", identity_policies=None, resource_policy=policy
    )


def _statement(number: int) -> dict[str, Any]:
    return {
        "Sid": f"route{number}",
        "Effect": "Allow",
        "Principal": {"Service": "apigateway.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": _FUNCTION,
        "Condition": {"ArnLike": {"AWS:SourceArn": f"{_API}/{number}"}},
    }


def _unchanged(files: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        for number in range(files):
            file = Path(folder, str(number // 100), f"{number}.py")
            file.parent.mkdir(exist_ok=True)
            file.touch()
        return asyncio.run(_states(folder))


async def _states(folder: str) -> float:
    source = SourceFolder(folder)
    await source.state()
    began = timeit.default_timer()
    for _ in range(_CALLS):
        await source.state()
    taken = timeit.default_timer() - began
    source.close()
    return taken / _CALLS * 1e6
