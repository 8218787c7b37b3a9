"""The PetStore example API in one account; a function in another account answers its GET /."""

from pathlib import Path

import pulumi

import cross_account_api as caa
from aws_rules.policies import source_ip_policy
from cross_account_api.config import load
from cross_account_api.rest import petstore
from settings import Settings

settings = load(Settings)
hello = caa.FunctionArgs(
    account=caa.account_provider("function-account", settings.function_account, endpoint=settings.endpoint),
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
throttling = caa.Throttling(rate_limit=settings.throttling_rate_limit, burst_limit=settings.throttling_burst_limit)
arguments = caa.CrossAccountApiArgs(
    account=caa.account_provider("api-account", settings.api_account, endpoint=settings.endpoint),
    functions={"hello": hello},
    routes=[caa.Route(method="GET", path="/", function="hello")],
    authorization=settings.authorization,
    api=caa.RestApiArgs(
        document=petstore.document(backend_url=settings.backend_url),
        title=f"{pulumi.get_project()}-{pulumi.get_stack()}",
        endpoint_type=settings.endpoint_type,
        resource_policy=source_ip_policy(settings.allowed_source_ips) if settings.allowed_source_ips else None,
    ),
    stage=caa.StageArgs(name=settings.stage_name, tracing=settings.tracing, throttling=throttling),
    permission=caa.PermissionArgs(
        invocation=settings.invocation, scope=settings.permission_scope, test_invoke=settings.test_invoke
    ),
    logging=caa.GatewayLoggingArgs(
        gateway_logging=settings.gateway_logging,
        log_level=settings.log_level,
        log_retention_days=settings.log_retention_days,
        retain_logs=settings.retain_logs,
    ),
    deletion_protection=settings.deletion_protection,
    tags=settings.tags,
)
api = caa.CrossAccountApi("cross-account-api", arguments)
outputs = {"url": api.url, "apiId": api.api_id, "stageName": api.stage_name, "sourceArn": api.source_arn}
outputs |= {"functionName": api.function_name, "functionArn": api.function_arn, "integrationUri": api.integration_uri}
outputs |= {"apiExecutionArn": api.api_execution_arn, "addPermissionCommand": api.add_permission_command}
for name, value in outputs.items():
    if value is not None:  # None in role mode.
        pulumi.export(name, value)
