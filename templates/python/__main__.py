"""An API in one AWS account that invokes a Lambda function in another."""

from pathlib import Path

import pulumi

import cross_account_api as caa
from cross_account_api.config import load
from settings import Settings

settings = load(Settings)

hello = caa.FunctionArgs(
    account=caa.account_provider("function-account", settings.function_account, endpoint=settings.endpoint),
    code=Path(__file__).parent / "lambda_src",
    runtime="python",
    tags=settings.tags,
)
api = caa.CrossAccountApi(
    "api",
    caa.CrossAccountApiArgs(
        account=caa.account_provider("api-account", settings.api_account, endpoint=settings.endpoint),
        functions={"hello": hello},
        routes=[caa.Route(method="GET", path="/", function="hello")],
        logging=caa.GatewayLoggingArgs(gateway_logging="managed"),
        tags=settings.tags,
    ),
)

pulumi.export("url", api.url)
pulumi.export("apiId", api.api_id)
pulumi.export("stageName", api.stage_name)
