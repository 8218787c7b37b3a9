"""The PetStore example API in one account; its GET / is answered by a function in another."""

from pathlib import Path

import pulumi

from aws_rules import policies
from cross_account_api.accounts import account_provider
from cross_account_api.config import load
from cross_account_api.function.function import FunctionArgs
from cross_account_api.function.targets import NewFunction
from cross_account_api.rest import petstore
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.rest.gateway_logging import GatewayLoggingArgs
from cross_account_api.rest.routes import Route
from settings import Settings

settings = load(Settings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function = FunctionArgs(
    account=account_provider("function-account", settings.function_account, endpoint=settings.endpoint),
    code=Path(__file__).parent / "lambda_src" / settings.language,
    runtime=settings.runtime,
    alias=settings.alias,
    function_name=settings.function_name,
    memory_size=settings.memory_size,
    timeout=settings.timeout,
    architecture=settings.architecture,
    tracing=settings.tracing,
    log_retention_days=settings.log_retention_days,
    retain_logs=settings.retain_logs,
    deletion_protection=settings.deletion_protection,
    tags=settings.tags,
)
arguments = CrossAccountApiArgs(
    api_account=api_account,
    routes=[Route(method="GET", path="/", function=NewFunction(name="hello", args=function))],
    document=petstore.document(backend_url=settings.backend_url),
    title=f"{pulumi.get_project()}-{pulumi.get_stack()}",
    stage_name=settings.stage_name,
    endpoint_type=settings.endpoint_type,
    invocation=settings.invocation,
    permission_scope=settings.permission_scope,
    authorization=settings.authorization,
    resource_policy=policies.source_ip_policy(settings.allowed_source_ips) if settings.allowed_source_ips else None,
    logging=GatewayLoggingArgs(
        gateway_logging=settings.gateway_logging,
        log_level=settings.log_level,
        log_retention_days=settings.log_retention_days,
        retain_logs=settings.retain_logs,
    ),
    test_invoke=settings.test_invoke,
    tracing=settings.tracing,
    throttling_rate_limit=settings.throttling_rate_limit,
    throttling_burst_limit=settings.throttling_burst_limit,
    deletion_protection=settings.deletion_protection,
    tags=settings.tags,
)
for name, value in CrossAccountApi("cross-account-api", arguments).outputs.items():
    pulumi.export(name, value)
