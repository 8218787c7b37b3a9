"""GET /users in one account, served by an echo function in another; see docs/patterns/users.md."""

from pathlib import Path
from typing import Literal

import pulumi
from pydantic import Field

from cross_account_api import (
    CrossAccountApi,
    CrossAccountApiArgs,
    FunctionArgs,
    GatewayLoggingArgs,
    PermissionArgs,
    Route,
    account_provider,
)
from cross_account_api.config import TwoAccounts, load


class UsersSettings(TwoAccounts):
    """Namespace `users`."""

    invocation: Literal["permission", "role"] = Field("permission", description="how API Gateway may invoke")


settings = load(UsersSettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)

echo = FunctionArgs(
    account=function_account,
    code=Path(__file__).parent / "echo",
    runtime="python",
    handler="index.handler",
    tags=settings.tags,
)
api = CrossAccountApi(
    "users",
    CrossAccountApiArgs(
        account=api_account,
        functions={"echo": echo},
        routes=[Route(method="GET", path="/users", function="echo")],
        permission=PermissionArgs(invocation=settings.invocation),
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
pulumi.export("addPermissionCommand", api.add_permission_command)
if api.source_arn is not None:
    pulumi.export("sourceArn", api.source_arn)
