"""A function in another account assumes a role in the API's account and signs; see docs/patterns/consumer.md."""

from pathlib import Path
from typing import Literal

import pulumi
from pydantic import Field

from cross_account_api import (
    Consumer,
    ConsumerArgs,
    CrossAccountApi,
    CrossAccountApiArgs,
    FunctionArgs,
    GatewayLoggingArgs,
    Route,
    account_provider,
)
from cross_account_api.config import AccountSettings, TwoAccounts, load
from cross_account_api.setting_types import Secret

HERE = Path(__file__).parent


class ConsumerSettings(TwoAccounts):
    """Namespace `consumer`."""

    consumer_account: AccountSettings = Field(description="account that calls the API")
    external_id: Secret | None = Field(None, description="ExternalId that the role's trust policy requires")
    runtime: Literal["nodejs", "python"] = Field("python", description="language of the consumer")


settings = load(ConsumerSettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)
consumer_account = account_provider("consumer-account", settings.consumer_account, endpoint=settings.endpoint)

hello = FunctionArgs(account=function_account, code=HERE.parents[1] / "lambda_src" / "python", runtime="python")
api = CrossAccountApi(
    "orders",
    CrossAccountApiArgs(
        account=api_account,
        functions={"hello": hello},
        routes=[
            Route(method="GET", path="/orders", function="hello"),
            Route(method="GET", path="/orders/{id}", function="hello"),
            Route(method="POST", path="/orders", function="hello"),
            Route(method="GET", path="/admin", function="hello"),
        ],
        authorization="AWS_IAM",
        logging=GatewayLoggingArgs(gateway_logging="managed"),
    ),
)
consumer = Consumer(
    "reader",
    ConsumerArgs(
        function=FunctionArgs(
            account=consumer_account, code=HERE / "consumer_src" / settings.runtime, runtime=settings.runtime
        ),
        api_account=api_account,
        api_url=api.url,
        api_execution_arn=api.api_execution_arn,
        stage_name=api.stage_name,
        routes=[("GET", "/orders"), ("GET", "/orders/{id}"), ("POST", "/orders")],
        external_id=settings.external_id,
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
pulumi.export("consumerFunctionArn", consumer.function.invoke_arn)
pulumi.export("consumerRoleArn", consumer.function.role_arn)
pulumi.export("callerRoleArn", consumer.role.arn)
