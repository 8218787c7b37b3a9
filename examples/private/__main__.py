"""A private REST API called from a VPC in another account; see docs/patterns/private.md."""

from pathlib import Path

import pulumi
import pulumi_aws as aws
from pydantic import Field

from cross_account_api import (
    ApiVpcEndpoint,
    ApiVpcEndpointArgs,
    BasePath,
    CrossAccountApi,
    CrossAccountApiArgs,
    Function,
    FunctionArgs,
    GatewayLoggingArgs,
    IsolatedVpc,
    IsolatedVpcArgs,
    PrivateDomain,
    PrivateDomainArgs,
    PrivateRecord,
    RestApiArgs,
    Route,
    account_provider,
)
from cross_account_api.config import AccountSettings, TwoAccounts, load
from cross_account_api.private.resource_share import Sharing
from cross_account_api.rest.resource_policies import vpc_endpoints_policy

HERE = Path(__file__).parent
VPC_BLOCK = "10.1.0.0/16"


class PrivateSettings(TwoAccounts):
    """Namespace `private`."""

    client_account: AccountSettings = Field(description="account with the VPC")
    private_dns: bool = Field(default=True, description="whether the API's own host name leads to the endpoint")
    private_domain: str | None = Field(None, description="name of the API within the VPC; none when absent")
    certificate_arn: str | None = Field(None, description="certificate that covers the name; made when absent")
    sharing: Sharing = Field("invitation", description="organization: both accounts are in one, with sharing enabled")


settings = load(PrivateSettings)
api_account = account_provider("api-account", settings.api_account, endpoint=settings.endpoint)
function_account = account_provider("function-account", settings.function_account, endpoint=settings.endpoint)
client_account = account_provider("client-account", settings.client_account, endpoint=settings.endpoint)

vpc = IsolatedVpc("clients", IsolatedVpcArgs(account=client_account, cidr=VPC_BLOCK))
endpoint = ApiVpcEndpoint(
    "way-in",
    ApiVpcEndpointArgs(
        account=client_account,
        api_account=api_account,
        vpc_id=vpc.id,
        subnet_ids=vpc.subnet_ids,
        client_cidrs=[VPC_BLOCK],
        private_dns=settings.private_dns,
    ),
)
hello = FunctionArgs(account=function_account, code=HERE / "hello", runtime="python")
api = CrossAccountApi(
    "inner",
    CrossAccountApiArgs(
        account=api_account,
        functions={"hello": hello},
        routes=[Route(method="GET", path="/orders", function="hello")],
        api=RestApiArgs(
            endpoint_type="PRIVATE",
            vpc_endpoint_ids=[endpoint.id],
            # In the document, so it exists before the first deployment: API Gateway refuses to deploy a private API
            # without one.
            resource_policy=endpoint.id.apply(lambda endpoint_id: vpc_endpoints_policy([endpoint_id])),
        ),
        logging=GatewayLoggingArgs(gateway_logging="managed"),
    ),
)
endpoint_url = endpoint.url(api.api_id, api.stage_name)
client_url = api.url if settings.private_dns else endpoint_url
if settings.private_domain:
    certificate_arn: pulumi.Input[str] | None = settings.certificate_arn
    if not certificate_arn:
        in_api_account = pulumi.ResourceOptions(provider=api_account.provider)
        certificate = aws.acm.Certificate(
            "certificate", domain_name=settings.private_domain, validation_method="DNS", opts=in_api_account
        )
        # Waits until ACM finds its record in the name's public zone; on AWS you must create this record.
        issued = aws.acm.CertificateValidation(
            "certificate-issued", certificate_arn=certificate.arn, opts=in_api_account
        )
        certificate_arn = issued.certificate_arn
    domain = PrivateDomain(
        "orders",
        PrivateDomainArgs(
            api_account=api_account,
            client_account=client_account,
            domain_name=settings.private_domain,
            certificate_arn=certificate_arn,
            mappings=[BasePath(base_path="v1", api_id=api.api_id, stage_name=api.stage_name)],
            vpc_endpoint_id=endpoint.id,
            record=PrivateRecord(vpc_id=vpc.id, dns_name=endpoint.dns_name, dns_zone_id=endpoint.dns_zone_id),
            sharing=settings.sharing,
        ),
    )
    client_url = domain.url
    pulumi.export("domainUrl", domain.url)
    pulumi.export("domainArn", domain.arn)
    pulumi.export("accessAssociationArn", domain.association_arn)
client = Function(
    "client",
    FunctionArgs(
        account=client_account,
        code=HERE / "client",
        runtime="python",
        environment={"API_URL": client_url},
        vpc=vpc.clients,
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
pulumi.export("endpointUrl", endpoint_url)
pulumi.export("vpcEndpointId", endpoint.id)
pulumi.export("vpcEndpointDnsName", endpoint.dns_name)
pulumi.export("clientFunctionArn", client.invoke_arn)
