"""An API whose routes fail, each in one of the ways in docs/architecture.md."""

from pathlib import Path

import pulumi
import pulumi_aws as aws

from cross_account_api import (
    CrossAccountApi,
    CrossAccountApiArgs,
    FunctionArgs,
    GatewayLoggingArgs,
    RestApiArgs,
    Route,
    account_provider,
)
from cross_account_api.config import TwoAccounts, load


class ErrorsSettings(TwoAccounts):
    """Namespace `prove-errors`."""


settings = load(ErrorsSettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)


def function(handler: str = "index.handler", *, concurrency: int | None = None) -> FunctionArgs:
    """A function with this code and a timeout of one second."""
    return FunctionArgs(
        account=function_account,
        code=Path(__file__).parent / "failing",
        runtime="python",
        handler=handler,
        timeout=1,
        reserved_concurrency=concurrency,
    )


#: API Gateway waits half a second for this function.
LATE = Route(method="GET", path="/late", function="failing", timeout_ms=500)
FAILING = [
    Route(method="GET", path=f"/{name}", function="failing")
    for name in ("raise", "sleep", "malformed", "header", "limited")
]
GUARDED = [
    Route(method="GET", path="/keyed", function="failing"),
    Route(method="GET", path="/validated", function="failing"),
    Route(method="POST", path="/validated", function="failing"),
]
OTHERS = [
    Route(method="POST", path="/large", function="failing"),
    Route(method="GET", path="/missing", function="missing"),
    Route(method="GET", path="/off", function="off"),
]
ROUTES = [*FAILING, LATE, *GUARDED, *OTHERS]

operations: dict[str, dict[str, dict[str, object]]] = {}
for route in ROUTES:
    operations.setdefault(route.path, {})[route.method.lower()] = {"responses": {"default": {"description": "any"}}}
operations["/keyed"]["get"]["security"] = [{"key": []}]
everything = {"x-amazon-apigateway-request-validator": "everything"}
parameter = {"name": "id", "in": "query", "required": True, "schema": {"type": "string"}}
operations["/validated"]["get"] |= {**everything, "parameters": [parameter]}
model = {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}
operations["/validated"]["post"] |= {**everything, "requestBody": {"required": True, "content": model}}

api = CrossAccountApi(
    "errors",
    CrossAccountApiArgs(
        account=api_account,
        functions={
            "failing": function(),
            "missing": function("index.nothing"),
            "off": function(concurrency=0),
        },
        routes=ROUTES,
        cors_origin=None,
        api=RestApiArgs(
            document={
                "openapi": "3.0.1",
                "info": {"title": "errors", "version": "1"},
                "paths": operations,
                "components": {
                    "securitySchemes": {"key": {"type": "apiKey", "name": "x-api-key", "in": "header"}},
                    "schemas": {
                        "Order": {
                            "type": "object",
                            "required": ["id"],
                            "properties": {"id": {"type": "integer"}},
                        }
                    },
                },
                "x-amazon-apigateway-request-validators": {
                    "everything": {"validateRequestBody": True, "validateRequestParameters": True}
                },
            }
        ),
        logging=GatewayLoggingArgs(gateway_logging="off"),
    ),
)
aws.apigateway.MethodSettings(
    "limited",
    rest_api=api.api_id,
    stage_name=api.stage_name,
    method_path="limited/GET",
    settings={"throttling_rate_limit": 0, "throttling_burst_limit": 0},
    # Not at the same time as the stage's own settings: AWS accepts one change to a stage at a time.
    opts=pulumi.ResourceOptions(provider=api_account.provider, depends_on=[api]),
)
pulumi.export("url", api.url)
pulumi.export("apiId", api.api_id)
pulumi.export("apiExecutionArn", api.api_execution_arn)
pulumi.export("functionName", api.function_name)
