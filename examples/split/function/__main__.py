"""The function's team: owns the function and exports it; see docs/patterns/split.md."""

from pathlib import Path
from typing import Annotated, Literal

import pulumi
from pydantic import Field

from cross_account_api import (
    ExistingFunction,
    Function,
    FunctionArgs,
    Preauthorization,
    PreauthorizationArgs,
    Route,
    account_provider,
)
from cross_account_api.config import AccountSettings, Program, load
from cross_account_api.setting_types import AccountId

#: The routes for which an API can use this function.
ROUTES = [Route(method="GET", path=path, function="orders") for path in ("/orders", "/orders/{id}")]


class FunctionSettings(Program):
    """Namespace `split-function`."""

    function_account: AccountSettings = Field(description="account of the function")
    api_account_id: AccountId = Field(description="account of the API, 12 digits")
    grant: Literal["stack", "account", "command"] = Field("stack", description="who permits the API to invoke")
    function_name: Annotated[str, Field(pattern=r"^[A-Za-z0-9-_]{1,64}$")] | None = Field(
        default=None, description="a fixed name, so that an API can be made before the function"
    )


settings = load(FunctionSettings)
account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)

orders = Function(
    "orders",
    FunctionArgs(
        account=account,
        code=Path(__file__).parent / "orders",
        runtime="python",
        function_name=settings.function_name,
    ),
)
if settings.grant == "account":
    Preauthorization(
        "apis",
        PreauthorizationArgs(
            functions={"orders": ExistingFunction(arn=orders.invoke_arn, account=account)},
            api_account_id=settings.api_account_id,
            routes=ROUTES,
        ),
    )

pulumi.export("functionName", orders.name)
pulumi.export("functionArn", orders.arn)
# The ARN for an API's integration, with the alias.
pulumi.export("invokeArn", orders.invoke_arn)
