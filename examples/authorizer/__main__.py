"""Lambda authorizers of another account and Region; see docs/patterns/authorizer.md."""

from pathlib import Path
from typing import Literal

import pulumi
from pydantic import Field

from components.accounts import account_provider
from components.authorizer import LambdaAuthorizer
from components.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from components.function import FunctionArgs
from components.gateway_logging import GatewayLoggingArgs
from components.routes import Route
from components.targets import NewFunction
from settings import AccountSettings, TwoAccounts, load

HERE = Path(__file__).parent


class AuthorizerSettings(TwoAccounts):
    """Namespace `authorizer`."""

    guard_account: AccountSettings = Field(description="account of the authorizer function")
    invocation: Literal["permission", "role"] = Field("permission", description="how the authorizer is invoked")


settings = load(AuthorizerSettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)
guard_account = account_provider("guard-account", settings.guard_account, endpoint=settings.endpoint)

hello = NewFunction(name="hello", args=FunctionArgs(account=function_account, code=HERE / "hello", runtime="python"))
guard = NewFunction(name="guard", args=FunctionArgs(account=guard_account, code=HERE / "guard", runtime="python"))
api = CrossAccountApi(
    "shop",
    CrossAccountApiArgs(
        api_account=api_account,
        routes=[
            Route(method="GET", path="/token", function=hello, authorizer="by-token"),
            Route(method="GET", path="/token/{id}", function=hello, authorizer="by-token"),
            Route(method="GET", path="/request", function=hello, authorizer="by-request"),
        ],
        authorizers=[
            LambdaAuthorizer(name="by-token", function=guard, invocation=settings.invocation, cache_seconds=60),
            LambdaAuthorizer(
                name="by-request",
                function=guard,
                kind="request",
                identity_sources=["method.request.header.X-Api-Token"],
                invocation=settings.invocation,
                cache_seconds=0,
            ),
        ],
        logging=GatewayLoggingArgs(gateway_logging="managed"),
    ),
)
for name, value in api.outputs.items():
    pulumi.export(name, value)
