"""GET /users in one account, answered by an echo function of another; see docs/patterns/users.md."""

from pathlib import Path
from typing import Literal

import pulumi
from pydantic import Field

from cross_account_api.accounts import account_provider
from cross_account_api.config import TwoAccounts, load
from cross_account_api.function.function import FunctionArgs
from cross_account_api.function.targets import NewFunction
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.rest.gateway_logging import GatewayLoggingArgs
from cross_account_api.rest.routes import Route


class UsersSettings(TwoAccounts):
    """Namespace `users`."""

    invocation: Literal["permission", "role"] = Field("permission", description="how API Gateway may invoke")


settings = load(UsersSettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)

echo = NewFunction(
    name="echo",
    args=FunctionArgs(
        account=function_account,
        code=Path(__file__).parent / "echo",
        runtime="python",
        handler="index.handler",
        tags=settings.tags,
    ),
)
api = CrossAccountApi(
    "users",
    CrossAccountApiArgs(
        api_account=api_account,
        routes=[Route(method="GET", path="/users", function=echo)],
        invocation=settings.invocation,
        logging=GatewayLoggingArgs(gateway_logging="managed"),
        tags=settings.tags,
    ),
)
for name, value in api.outputs.items():
    pulumi.export(name, value)
