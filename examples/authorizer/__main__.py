"""Lambda authorizers in another account and Region; see docs/patterns/authorizer.md."""

from pathlib import Path
from typing import Literal

import pulumi
from pydantic import Field

from cross_account_api import (
    CrossAccountApi,
    CrossAccountApiArgs,
    FunctionArgs,
    GatewayLoggingArgs,
    LambdaAuthorizer,
    Route,
    account_provider,
)
from cross_account_api.config import AccountSettings, TwoAccounts, load

HERE = Path(__file__).parent


class AuthorizerSettings(TwoAccounts):
    """Namespace `authorizer`."""

    guard_account: AccountSettings = Field(description="account of the authorizer function")
    invocation: Literal["permission", "role"] = Field("permission", description="how the authorizer is invoked")


settings = load(AuthorizerSettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)
guard_account = account_provider("guard-account", settings.guard_account, endpoint=settings.endpoint)

hello = FunctionArgs(account=function_account, code=HERE / "hello", runtime="python")
guard = FunctionArgs(account=guard_account, code=HERE / "guard", runtime="python")
api = CrossAccountApi(
    "shop",
    CrossAccountApiArgs(
        account=api_account,
        functions={"hello": hello, "guard": guard},
        routes=[
            Route(method="GET", path="/token", function="hello", authorizer="by-token"),
            Route(method="GET", path="/token/{id}", function="hello", authorizer="by-token"),
            Route(method="GET", path="/request", function="hello", authorizer="by-request"),
        ],
        authorizers={
            "by-token": LambdaAuthorizer(function="guard", invocation=settings.invocation, cache_seconds=60),
            "by-request": LambdaAuthorizer(
                function="guard",
                kind="request",
                identity_sources=["method.request.header.X-Api-Token"],
                invocation=settings.invocation,
                cache_seconds=0,
            ),
        },
        logging=GatewayLoggingArgs(gateway_logging="managed"),
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
