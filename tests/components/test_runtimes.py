"""The runtimes of which functions can be created."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cross_account_api.caller.consumer import Consumer, ConsumerArgs
from cross_account_api.function.function import Function, FunctionArgs
from tests.components.builders import API, CODE, FUNCTION, THIRD, account, api
from tests.components.test_refusals import refusal

BLOCKED = "Lambda no longer creates functions with the runtime"


def function_alone(runtime: str) -> Callable[[], Any]:
    return lambda: Function("hello", FunctionArgs(account=account(FUNCTION), code=CODE, runtime=runtime))


def consumer(runtime: str) -> Callable[[], Any]:
    return lambda: Consumer(
        "hello",
        ConsumerArgs(
            function=FunctionArgs(account=account(THIRD), code=CODE, runtime=runtime),
            api_account=account(API),
            api_url="https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/dev",
            api_execution_arn=f"arn:aws:execute-api:eu-west-1:{API}:a1b2c3d4e5",
            stage_name="dev",
            routes=[("GET", "/")],
        ),
    )


def function_of_an_api(runtime: str) -> Callable[[], Any]:
    return api(function_changes={"runtime": runtime})


@pytest.mark.parametrize("component", [function_alone, consumer, function_of_an_api])
@pytest.mark.parametrize(
    ("runtime", "told"),
    [
        ("nodejs12.x", f"{BLOCKED} nodejs12.x (deprecated 2023-03-31): use nodejs (which is nodejs22.x)"),
        ("python3.9", f"{BLOCKED} python3.9 (deprecated 2025-12-15): use python (which is python3.13)"),
        ("go1.x", f"{BLOCKED} go1.x (deprecated 2024-01-08): use one of nodejs20.x, nodejs22.x"),
        ("nodejs99.x", "nodejs99.x is not a runtime of Lambda: use nodejs (which is nodejs22.x)"),
        ("Python3.13", "Python3.13 is not a runtime of Lambda: use one of nodejs20.x"),
    ],
)
def test_a_runtime_with_which_lambda_creates_no_function_is_refused(
    component: Callable[[str], Callable[[], Any]], runtime: str, told: str
) -> None:
    assert told in refusal(component(runtime))
