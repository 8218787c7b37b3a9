"""Two Lambda authorizers of another account and Region before one function; see docs/patterns/authorizer.md."""

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

    authorizer_account: AccountSettings = Field(description="account and Region of the authorizers")
    invocation: Literal["permission", "role"] = Field("permission", description="how API Gateway may ask them")
    cache_seconds: int = Field(300, ge=0, le=3600, description="how long an answer is reused, seconds")


settings = load(AuthorizerSettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)
guards = account_provider("authorizer-account", settings.authorizer_account, endpoint=settings.endpoint)


def gate(name: str, handler: str) -> NewFunction:
    """One of the two authorizer functions."""
    return NewFunction(
        name=name, args=FunctionArgs(account=guards, code=HERE / "gate", runtime="python", handler=handler)
    )


token = LambdaAuthorizer(
    name="token",
    function=gate("token-gate", "index.token"),
    token_pattern="^Bearer .+$",  # noqa: S106  a pattern, no token
    cache_seconds=settings.cache_seconds,
    invocation=settings.invocation,
)
request = LambdaAuthorizer(
    name="request",
    function=gate("request-gate", "index.request"),
    kind="request",
    identity_sources=["method.request.header.X-Team", "method.request.querystring.key"],
    cache_seconds=settings.cache_seconds,
    invocation=settings.invocation,
)
rooms = NewFunction(name="rooms", args=FunctionArgs(account=function_account, code=HERE / "rooms", runtime="python"))
api = CrossAccountApi(
    "rooms",
    CrossAccountApiArgs(
        api_account=api_account,
        routes=[
            Route(method="GET", path="/open", function=rooms),
            Route(method="GET", path="/token/{room}", function=rooms, authorizer="token"),
            Route(method="GET", path="/request", function=rooms, authorizer="request"),
        ],
        authorizers=[token, request],
        logging=GatewayLoggingArgs(gateway_logging="managed"),
        tags=settings.tags,
    ),
)
for name, value in api.outputs.items():
    pulumi.export(name, value)
