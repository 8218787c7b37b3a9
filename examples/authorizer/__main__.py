"""Lambda authorizers of another account and Region; see docs/patterns/authorizer.md."""

from pathlib import Path
from typing import Literal

import pulumi
from pydantic import Field

from cross_account_api.accounts import account_provider
from cross_account_api.config import AccountSettings, TwoAccounts, load
from cross_account_api.function.function import FunctionArgs
from cross_account_api.function.targets import NewFunction
from cross_account_api.rest.authorizer import LambdaAuthorizer
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.rest.gateway_logging import GatewayLoggingArgs
from cross_account_api.rest.routes import Route

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
