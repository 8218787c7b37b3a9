"""The API's team: reads the function from its owner's stack; see docs/patterns/split.md."""

from typing import Literal

import pulumi
from pydantic import Field

from cross_account_api.accounts import account_provider
from cross_account_api.config import TwoAccounts, load
from cross_account_api.function.targets import ExistingFunction, ExternalFunction
from cross_account_api.other_stack import OtherStack
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.rest.gateway_logging import GatewayLoggingArgs
from cross_account_api.rest.routes import Route

#: The function's output that this program builds on; its owner must not rename it.
FUNCTION_OUTPUT = "invokeArn"


class ApiSettings(TwoAccounts):
    """Namespace `split-api`."""

    function_stack: str = Field(description="the function's stack, organization/project/stack")
    function_arn: str | None = Field(
        default=None, description="the function by its ARN instead, with the alias: it may be made later"
    )
    grant: Literal["stack", "account", "command"] = Field("stack", description="who permits the API to invoke")


settings = load(ApiSettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)

arn = settings.function_arn or OtherStack(settings.function_stack).text(FUNCTION_OUTPUT)
orders: ExistingFunction | ExternalFunction = ExternalFunction(name="orders", arn=arn)
if settings.grant == "stack":
    function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)
    orders = ExistingFunction(name="orders", arn=arn, account=function_account)

api = CrossAccountApi(
    "orders",
    CrossAccountApiArgs(
        api_account=api_account,
        routes=[
            Route(method="GET", path="/orders", function=orders),
            Route(method="GET", path="/orders/{id}", function=orders),
        ],
        logging=GatewayLoggingArgs(gateway_logging="managed"),
        tags=settings.tags,
    ),
)
for name, value in api.outputs.items():
    pulumi.export(name, value)
