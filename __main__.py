"""The PetStore example API in one account; its GET / is answered by a function in another."""

from pathlib import Path

import pulumi

from aws_rules import policies
from cross_account_api.accounts import account_provider
from cross_account_api.function.function import FunctionArgs
from cross_account_api.function.targets import NewFunction
from cross_account_api.rest import petstore
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.rest.gateway_logging import GatewayLoggingArgs
from cross_account_api.rest.routes import Route
from settings import Settings, load

settings = load(Settings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)
code = Path(__file__).parent / "lambda_src" / settings.language

hello = NewFunction(name="hello", args=settings.fill(FunctionArgs, account=function_account, code=code))
api = CrossAccountApi(
    "cross-account-api",
    settings.fill(
        CrossAccountApiArgs,
        api_account=api_account,
        routes=[Route(method="GET", path="/", function=hello)],
        document=petstore.document(backend_url=settings.backend_url),
        title=f"{pulumi.get_project()}-{pulumi.get_stack()}",
        logging=settings.fill(GatewayLoggingArgs),
        resource_policy=policies.source_ip_policy(settings.allowed_source_ips) if settings.allowed_source_ips else None,
    ),
)
for name, value in api.outputs.items():
    pulumi.export(name, value)
