"""A preview shows the change in the API's document, not the whole document as removed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Literal

import pytest

from cross_account_api.accounts import account_provider
from cross_account_api.config import load
from cross_account_api.function.function import FunctionArgs
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.rest.gateway_logging import GatewayLoggingArgs
from cross_account_api.rest.invocations import PermissionArgs
from cross_account_api.rest.routes import Route
from settings import Settings
from tests.engine.cli import ROOT

if TYPE_CHECKING:
    from cross_account_sandbox.server import RunningSandbox
    from tests.engine.stacks import Engine, Stack

_API = "RestApi shop"


def _program(*, paths: tuple[str, ...], invocation: Literal["permission", "role"] = "permission") -> None:
    """An API with a function for each path."""
    accounts = load(Settings)
    function_account = account_provider("function-account", accounts.function_account, endpoint=accounts.endpoint)

    def function() -> FunctionArgs:
        return FunctionArgs(account=function_account, code=ROOT / "lambda_src" / "python", runtime="python")

    arguments = CrossAccountApiArgs(
        account=account_provider("api-account", accounts.api_account, endpoint=accounts.endpoint),
        functions={path.strip("/"): function() for path in paths},
        routes=[Route(method="GET", path=path, function=path.strip("/")) for path in paths],
        permission=PermissionArgs(invocation=invocation),
        logging=GatewayLoggingArgs(gateway_logging="off"),
    )
    CrossAccountApi("shop", arguments)


@pytest.fixture(scope="module")
def stack(engine: Engine, sandbox: RunningSandbox) -> Stack:
    """An API with one route, deployed."""
    stack = engine.stack(endpoint=sandbox.endpoint, name="previewed")
    stack.program = lambda: _program(paths=("/users",))
    stack.up()
    return stack


def _integrations(document: str) -> dict[str, Any]:
    """The integration of GET at each path. Fails if the document is unknown, which is not JSON."""
    paths = json.loads(document)["paths"]
    return {path: item["get"]["x-amazon-apigateway-integration"] for path, item in paths.items()}


def test_a_new_route_is_shown_with_the_uri_of_the_function_that_is_still_to_be_made(stack: Stack) -> None:
    stack.program = lambda: _program(paths=("/users", "/orders"))
    planned = stack.preview()
    assert planned.touched[_API] == "update"
    shown = _integrations(planned.inputs[_API]["body"])
    name = planned.inputs["Function shop-orders"]["name"]
    assert shown["/orders"]["uri"].endswith(
        f"/functions/arn:aws:lambda:us-east-1:222222222222:function:{name}:live/invocations"
    )


def test_role_mode_is_shown_as_the_credentials_that_are_added(stack: Stack) -> None:
    stack.program = lambda: _program(paths=("/users",), invocation="role")
    planned = stack.preview()
    assert planned.touched[_API] == "update"
    role = planned.inputs["Role shop-invoke-role"]["name"]
    assert (
        _integrations(planned.inputs[_API]["body"])["/users"]["credentials"] == f"arn:aws:iam::111111111111:role/{role}"
    )
