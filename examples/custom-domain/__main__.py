"""A cross-account API under a name of its own; see docs/patterns/custom-domain.md."""

from pathlib import Path
from typing import Literal

import pulumi
import pulumi_aws as aws
from pydantic import Field

from cross_account_api.accounts import account_provider
from cross_account_api.config import TwoAccounts, load
from cross_account_api.function.function import FunctionArgs
from cross_account_api.function.targets import NewFunction
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.rest.custom_domain import BasePath, CustomDomain, CustomDomainArgs
from cross_account_api.rest.gateway_logging import GatewayLoggingArgs
from cross_account_api.rest.routes import Route


class CustomDomainSettings(TwoAccounts):
    """Namespace `custom-domain`."""

    domain_name: str = Field(description="name of the API")
    zone_id: str | None = Field(None, description="hosted zone of the name; made when absent")
    endpoint_type: Literal["REGIONAL", "EDGE"] = Field("REGIONAL", description="endpoint of API and domain")


settings = load(CustomDomainSettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)

hello = NewFunction(
    name="hello",
    args=FunctionArgs(
        account=function_account, code=Path(__file__).parents[2] / "lambda_src" / "python", runtime="python"
    ),
)
api = CrossAccountApi(
    "shop",
    CrossAccountApiArgs(
        api_account=api_account,
        routes=[Route(method="GET", path="/", function=hello), Route(method="GET", path="/orders", function=hello)],
        endpoint_type=settings.endpoint_type,
        # Nobody goes round the domain, nor round what may stand before it.
        disable_default_endpoint=True,
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
        mappings=[BasePath(base_path="v1", api_id=api.outputs["apiId"], stage_name=api.outputs["stageName"])],
    ),
)
for name, value in api.outputs.items():
    if name != "url":
        pulumi.export(name, value)
pulumi.export("url", domain.url)
pulumi.export("defaultUrl", api.outputs["url"])
pulumi.export("domainTarget", domain.target)
