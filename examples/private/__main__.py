"""A private REST API reached from a VPC of another account; see docs/patterns/private.md."""

from pathlib import Path

import pulumi
import pulumi_aws as aws
from pydantic import Field

from components.accounts import account_provider
from components.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from components.function import Function, FunctionArgs, VpcPlacement
from components.gateway_logging import GatewayLoggingArgs
from components.private_endpoint import PrivateEndpoint, PrivateEndpointArgs
from components.resource_policies import vpc_endpoints_policy
from components.routes import Route
from components.targets import NewFunction
from settings import AccountSettings, TwoAccounts, load

HERE = Path(__file__).parent
VPC_BLOCK = "10.1.0.0/16"


class PrivateSettings(TwoAccounts):
    """Namespace `private`."""

    client_account: AccountSettings = Field(description="account with the VPC")
    private_dns: bool = Field(default=True, description="whether the API's own host name leads to the endpoint")


settings = load(PrivateSettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)
client_account = account_provider("client-account", settings.client_account, endpoint=settings.endpoint)
in_client_account = pulumi.ResourceOptions(provider=client_account.provider)

# Private DNS needs both DNS attributes of the VPC.
vpc = aws.ec2.Vpc(
    "vpc", cidr_block=VPC_BLOCK, enable_dns_hostnames=True, enable_dns_support=True, opts=in_client_account
)
subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.1.1.0/24", opts=in_client_account)
endpoint = PrivateEndpoint(
    "way-in",
    PrivateEndpointArgs(
        account=client_account,
        api_account=api_account,
        vpc_id=vpc.id,
        subnet_ids=[subnet.id],
        client_cidrs=[VPC_BLOCK],
        private_dns=settings.private_dns,
    ),
)
hello = NewFunction(name="hello", args=FunctionArgs(account=function_account, code=HERE / "hello", runtime="python"))
api = CrossAccountApi(
    "inner",
    CrossAccountApiArgs(
        api_account=api_account,
        routes=[Route(method="GET", path="/orders", function=hello)],
        endpoint_type="PRIVATE",
        vpc_endpoint_ids=[endpoint.id],
        # In the document, hence in force before the first deployment: API Gateway deploys no private API without one.
        resource_policy=endpoint.id.apply(lambda endpoint_id: vpc_endpoints_policy([endpoint_id])),
        logging=GatewayLoggingArgs(gateway_logging="managed"),
    ),
)
endpoint_url = endpoint.url(api.outputs["apiId"], api.outputs["stageName"], api_account)
client_group = aws.ec2.SecurityGroup("client-group", vpc_id=vpc.id, opts=in_client_account)
client = Function(
    "client",
    FunctionArgs(
        account=client_account,
        code=HERE / "client",
        runtime="python",
        environment={"API_URL": api.outputs["url"] if settings.private_dns else endpoint_url},
        vpc=VpcPlacement(subnet_ids=[subnet.id], security_group_ids=[client_group.id]),
    ),
)
for name, value in api.outputs.items():
    pulumi.export(name, value)
pulumi.export("endpointUrl", endpoint_url)
pulumi.export("vpcEndpointId", endpoint.id)
pulumi.export("vpcEndpointDnsName", endpoint.dns_name)
pulumi.export("clientFunctionArn", client.invoke_arn)
