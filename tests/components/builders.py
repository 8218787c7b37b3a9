"""Accounts, functions and APIs for the tests of components."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
from pydantic.alias_generators import to_camel

from cross_account_api import (
    Account,
    CrossAccountApi,
    CrossAccountApiArgs,
    FunctionArgs,
    PermissionArgs,
    RestApiArgs,
    Route,
    StageArgs,
    account_provider,
)
from cross_account_api.config import AccountSettings
from cross_account_api.lambda_api import LambdaApi
from cross_account_api.testing import Recording, record
from tests.projects import ROOT

API = "111111111111"
FUNCTION = "222222222222"
THIRD = "333333333333"
OUTPUTS = (
    *("url", "api_id", "api_execution_arn", "stage_name", "function_name", "function_arn", "integration_uri"),
    *("source_arn", "add_permission_command"),
)
CODE: Path = ROOT / "lambda_src" / "python"


def account(number: str, region: str = "eu-west-1", *, name: str | None = None) -> Account:
    """An account with its own provider, named `api`, `function` or `third` after its ID."""
    names = {API: "api", FUNCTION: "function", THIRD: "third"}
    return account_provider(name or names[number], AccountSettings(id=number, region=region))


def new_function(where: Account, **changes: Any) -> FunctionArgs:
    """A Python function to create in that account."""
    return FunctionArgs(account=where, code=CODE, **{"runtime": "python", **changes})


def get(path: str, function: str = "hello", method: str = "GET") -> Route:
    """A route to the function."""
    return Route(method=method, path=path, function=function)


#: The nested arguments, with their class and the fields that tests set individually.
_NESTED: tuple[tuple[str, Any], ...] = (("api", RestApiArgs), ("permission", PermissionArgs), ("stage", StageArgs))


def nested(**flat: Any) -> dict[str, Any]:
    """Arguments of an API, with the fields of `api`, `permission` and `stage` moved into these, except for names."""
    arguments = dict(flat)
    for argument, kind in _NESTED:
        fields = {field.name for field in dataclasses.fields(kind)} - {"name"}
        own = {name: arguments.pop(name) for name in fields & arguments.keys()}
        if own:
            arguments[argument] = kind(**own)
    return arguments


def api(
    *routes: tuple[str, str],
    region: str = "eu-west-1",
    function_region: str | None = None,
    function_changes: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Callable[[], CrossAccountApi]:
    """A program: an API in account 111111111111 whose routes call a function in 222222222222."""

    def program() -> CrossAccountApi:
        hello = new_function(account(FUNCTION, function_region or region), **(function_changes or {}))
        args = CrossAccountApiArgs(
            account=account(API, region),
            functions={"hello": hello},
            routes=[get(path, method=method) for method, path in routes or [("GET", "/")]],
            **nested(**changes),
        )
        return CrossAccountApi("shop", args)

    return program


def outputs(made: LambdaApi) -> dict[str, Any]:
    """An API's outputs under the fixed names, for `record`."""
    named = {to_camel(name): getattr(made, name) for name in OUTPUTS}
    return {name: value for name, value in named.items() if value is not None}


def made(*routes: tuple[str, str], preview: bool = False, **changes: Any) -> Recording:
    """The resources that the program registers."""
    program = api(*routes, **changes)
    return record(lambda: outputs(program()), preview=preview)


def class_of(token: str) -> type[pulumi.CustomResource]:
    """pulumi-aws's class of a type such as aws:lambda/alias:Alias."""
    _, module, name = token.split(":")
    service = module.partition("/")[0]
    found: type[pulumi.CustomResource] = getattr(getattr(aws, "lambda_" if service == "lambda" else service), name)
    return found
