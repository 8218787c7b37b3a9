"""The API's team: reads the function from its owner's stack; see docs/patterns/split.md."""

from typing import Literal

import pulumi
from pydantic import Field

from cross_account_api import (
    CrossAccountApi,
    CrossAccountApiArgs,
    ExistingFunction,
    ExternalFunction,
    GatewayLoggingArgs,
    OtherStack,
    Route,
    account_provider,
)
from cross_account_api.config import TwoAccounts, load

#: The output of the function's stack that this program reads; its owner must not rename it.
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
orders: ExistingFunction | ExternalFunction = ExternalFunction(arn=arn)
if settings.grant == "stack":
    function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)
    orders = ExistingFunction(arn=arn, account=function_account)

api = CrossAccountApi(
    "orders",
    CrossAccountApiArgs(
        account=api_account,
        functions={"orders": orders},
        routes=[
            Route(method="GET", path="/orders", function="orders"),
            Route(method="GET", path="/orders/{id}", function="orders"),
        ],
        logging=GatewayLoggingArgs(gateway_logging="managed"),
        tags=settings.tags,
    ),
)
pulumi.export("url", api.url)
pulumi.export("apiId", api.api_id)
pulumi.export("apiExecutionArn", api.api_execution_arn)
pulumi.export("stageName", api.stage_name)
pulumi.export("functionName", api.function_name)
pulumi.export("functionArn", api.function_arn)
pulumi.export("integrationUri", api.integration_uri)
pulumi.export("sourceArn", api.source_arn)
pulumi.export("addPermissionCommand", api.add_permission_command)
