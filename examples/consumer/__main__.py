"""A function of another account assumes a role of the API's account and signs; see docs/patterns/consumer.md."""

from pathlib import Path
from typing import Literal

import pulumi
from pydantic import Field

from cross_account_api.accounts import account_provider
from cross_account_api.caller.consumer import Consumer, ConsumerArgs
from cross_account_api.config import AccountSettings, TwoAccounts, load
from cross_account_api.function.function import FunctionArgs
from cross_account_api.function.targets import NewFunction
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.rest.gateway_logging import GatewayLoggingArgs
from cross_account_api.rest.routes import Route
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

hello = NewFunction(
    name="hello",
    args=FunctionArgs(account=function_account, code=HERE.parents[1] / "lambda_src" / "python", runtime="python"),
)
api = CrossAccountApi(
    "orders",
    CrossAccountApiArgs(
        api_account=api_account,
        routes=[
            Route(method="GET", path="/orders", function=hello),
            Route(method="GET", path="/orders/{id}", function=hello),
            Route(method="POST", path="/orders", function=hello),
            Route(method="GET", path="/admin", function=hello),
        ],
        authorization="AWS_IAM",
        logging=GatewayLoggingArgs(gateway_logging="managed"),
    ),
)
consumer = Consumer(
    "reader",
    ConsumerArgs(
        account=consumer_account,
        api_account=api_account,
        api_url=api.outputs["url"],
        api_execution_arn=api.outputs["apiExecutionArn"],
        stage_name=api.outputs["stageName"],
        routes=[("GET", "/orders"), ("GET", "/orders/{id}"), ("POST", "/orders")],
        code=HERE / "consumer_src" / settings.runtime,
        runtime=settings.runtime,
        external_id=settings.external_id,
    ),
)
for name, value in api.outputs.items():
    pulumi.export(name, value)
pulumi.export("consumerFunctionArn", consumer.function.invoke_arn)
pulumi.export("consumerRoleArn", consumer.function.role_arn)
pulumi.export("callerRoleArn", consumer.role.arn)
