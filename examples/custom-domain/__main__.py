"""A cross-account API under a custom domain; see docs/patterns/custom-domain.md."""

from pathlib import Path
from typing import Literal

import pulumi
import pulumi_aws as aws
from pydantic import Field

from cross_account_api import (
    BasePath,
    CrossAccountApi,
    CrossAccountApiArgs,
    CustomDomain,
    CustomDomainArgs,
    FunctionArgs,
    GatewayLoggingArgs,
    RestApiArgs,
    Route,
    account_provider,
)
from cross_account_api.config import TwoAccounts, load


class CustomDomainSettings(TwoAccounts):
    """Namespace `custom-domain`."""

    domain_name: str = Field(description="name of the API")
    zone_id: str | None = Field(None, description="hosted zone of the name; made when absent")
    endpoint_type: Literal["REGIONAL", "EDGE"] = Field("REGIONAL", description="endpoint of API and domain")


settings = load(CustomDomainSettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)

hello = FunctionArgs(
    account=function_account, code=Path(__file__).parents[2] / "lambda_src" / "python", runtime="python"
)
api = CrossAccountApi(
    "shop",
    CrossAccountApiArgs(
        account=api_account,
        functions={"hello": hello},
        routes=[Route(method="GET", path="/", function="hello"), Route(method="GET", path="/orders", function="hello")],
        # Callers cannot bypass the domain, or anything in front of it.
        api=RestApiArgs(endpoint_type=settings.endpoint_type, disable_default_endpoint=True),
        logging=GatewayLoggingArgs(gateway_logging="managed"),
    ),
)
zone_id: pulumi.Input[str] | None = settings.zone_id
if zone_id is None:
    zone = aws.route53.Zone(
        "zone",
        name=settings.domain_name.partition(".")[2],
        opts=pulumi.ResourceOptions(provider=api_account.provider),
    )
    zone_id = zone.zone_id
domain = CustomDomain(
    "shop",
    CustomDomainArgs(
        api_account=api_account,
        domain_name=settings.domain_name,
        endpoint_type=settings.endpoint_type,
        zone_id=zone_id,
        mappings=[BasePath(base_path="v1", api_id=api.api_id, stage_name=api.stage_name)],
    ),
)
pulumi.export("apiId", api.api_id)
pulumi.export("apiExecutionArn", api.api_execution_arn)
pulumi.export("stageName", api.stage_name)
pulumi.export("functionName", api.function_name)
pulumi.export("functionArn", api.function_arn)
pulumi.export("integrationUri", api.integration_uri)
pulumi.export("sourceArn", api.source_arn)
pulumi.export("addPermissionCommand", api.add_permission_command)
pulumi.export("url", domain.url)
pulumi.export("defaultUrl", api.url)
pulumi.export("domainTarget", domain.target)
