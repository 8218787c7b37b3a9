"""Accounts, functions and APIs for the tests of components."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cross_account_api.accounts import Account, account_provider
from cross_account_api.config import AccountSettings
from cross_account_api.function.function import FunctionArgs
from cross_account_api.function.targets import NewFunction
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.rest.routes import Route
from tests.components.recorder import ROOT, Recording, record

API = "111111111111"
FUNCTION = "222222222222"
THIRD = "333333333333"
CODE: Path = ROOT / "lambda_src" / "python"


def account(number: str, region: str = "eu-west-1", *, name: str | None = None) -> Account:
    """An account with a provider of its own, called `api`, `function` or `third` by its number."""
    names = {API: "api", FUNCTION: "function", THIRD: "third"}
    return account_provider(name or names[number], AccountSettings(id=number, region=region))


def new_function(where: Account, name: str = "hello", **changes: Any) -> NewFunction:
    """A Python function to be made there."""
    return NewFunction(name=name, args=FunctionArgs(account=where, code=CODE, **{"runtime": "python", **changes}))


def get(path: str, function: Any, method: str = "GET") -> Route:
    """A route to the function."""
    return Route(method=method, path=path, function=function)


def api(
    *routes: tuple[str, str],
    region: str = "eu-west-1",
    function_region: str | None = None,
    function_changes: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Callable[[], dict[str, Any]]:
    """A program: an API in account 111111111111 whose routes one function of 222222222222 takes."""

    def program() -> dict[str, Any]:
        hello = new_function(account(FUNCTION, function_region or region), **(function_changes or {}))
        args = CrossAccountApiArgs(
            api_account=account(API, region),
            routes=[get(path, hello, method) for method, path in routes or [("GET", "/")]],
            **changes,
        )
        return CrossAccountApi("shop", args).outputs

    return program


def made(*routes: tuple[str, str], preview: bool = False, **changes: Any) -> Recording:
    """What that program registers."""
    return record(api(*routes, **changes), preview=preview)
