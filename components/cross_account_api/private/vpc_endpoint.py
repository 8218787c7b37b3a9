"""An interface endpoint of API Gateway, through which a VPC of another account calls private REST APIs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from aws_rules import arns, policies
from cross_account_api.accounts import Account
from cross_account_api.children import Adjustments, Child, Children, Known, adjust_faults
from cross_account_api.errors import ArgumentError

_HTTPS = 443


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ApiVpcEndpointArgs:
    """An endpoint and who can use it.

    account       of the VPC, the callers' account
    api_account   whose APIs can be called through it, in the same Region
    subnet_ids    one in each Availability Zone of the callers
    client_cidrs  addresses that can reach the endpoint, only over HTTPS
    private_dns   every `*.execute-api` name of the Region resolves to the endpoint, for the whole VPC, which then
                  cannot call public APIs. Without it, callers use the endpoint's own name and name the API in the Host
                  or x-apigw-api-id header
    adjust        properties of children: `{"endpoint": {"ip_address_type": "dualstack"}}`
    """

    account: Account
    api_account: Account
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    client_cidrs: Sequence[pulumi.Input[str]]
    private_dns: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)
    adjust: Adjustments = field(default_factory=dict)


class ApiVpcEndpoint(pulumi.ComponentResource):
    """The endpoint, its policy and its security group, all in `args.account`.

    The API's side is `endpoint_type="PRIVATE"` and a resource policy that names `id`
    (`resource_policies.vpc_endpoints_policy`). Raises ArgumentError if the Regions differ.

    id           of the endpoint, the aws:SourceVpce of a request
    dns_name     the endpoint's public DNS name
    dns_zone_id  hosted zone of that name, for alias records
    """

    id: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    dns_zone_id: pulumi.Output[str]

    def __init__(self, name: str, args: ApiVpcEndpointArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(name, args)
        super().__init__("cross-account-api:index:ApiVpcEndpoint", name, None, opts)
        children = Children(parent=self, component=name, known=children_of(args), adjust=args.adjust)
        group = aws.ec2.SecurityGroup(
            f"{name}-endpoint",
            vpc_id=args.vpc_id,
            description="Callers of private APIs reach the endpoint over HTTPS",
            tags=dict(args.tags),
            opts=children.options(args.account),
        )
        rules = [
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-endpoint-https-{index}",
                security_group_id=group.id,
                cidr_ipv4=cidr,
                ip_protocol="tcp",
                from_port=_HTTPS,
                to_port=_HTTPS,
                tags=dict(args.tags),
                opts=children.options(args.account),
            )
            for index, cidr in enumerate(args.client_cidrs)
        ]
        endpoint = aws.ec2.VpcEndpoint(
            f"{name}-endpoint",
            vpc_id=args.vpc_id,
            service_name=service_name(args.account.region),
            vpc_endpoint_type="Interface",
            subnet_ids=list(args.subnet_ids),
            security_group_ids=[group.id],
            private_dns_enabled=args.private_dns,
            policy=policies.rendered(endpoint_policy(args.api_account)),
            tags=dict(args.tags),
            opts=children.options(args.account, depends_on=rules),
        )
        self.id = endpoint.id
        self.dns_name = endpoint.dns_entries[0].dns_name
        self.dns_zone_id = endpoint.dns_entries[0].hosted_zone_id
        self._api_account = args.api_account
        self.register_outputs({"id": self.id, "dnsName": self.dns_name, "dnsZoneId": self.dns_zone_id})

    def url(self, api_id: pulumi.Input[str], stage_name: pulumi.Input[str]) -> pulumi.Output[str]:
        """The URL with API and endpoint, which answers within the VPC with or without private DNS.

        The API must name the endpoint in its endpoint configuration (developer guide, associate-private-api).
        """
        account = self._api_account
        suffix = f".execute-api.{account.region}.{arns.dns_suffix(account.partition)}/"
        return pulumi.Output.concat("https://", api_id, "-", self.id, suffix, stage_name)


def children_of(args: ApiVpcEndpointArgs) -> Known:
    """All children of the component. Pure."""
    rules = [f"endpoint-https-{index}" for index, _ in enumerate(args.client_cidrs)]
    return {
        "endpoint": Child(aws.ec2.VpcEndpoint),
        "security-group": Child(aws.ec2.SecurityGroup, suffix="endpoint"),
        **{rule: Child(aws.vpc.SecurityGroupIngressRule) for rule in rules},
    }


def service_name(region: str) -> str:
    """API Gateway's endpoint service in a Region; in China the name begins differently (VPC user guide)."""
    prefix = "cn.com.amazonaws" if arns.partition_of_region(region) == "aws-cn" else "com.amazonaws"
    return f"{prefix}.{region}.execute-api"


def endpoint_policy(api_account: Account) -> policies.Document:
    """Allows calls through the endpoint only to APIs of that account in that Region.

    Pure. It does not name one API, because the API's resource policy names the endpoint, which must exist first.
    """
    apis = arns.api_execution_arn(
        partition=api_account.partition, region=api_account.region, account=api_account.id, api_id="*"
    )
    return policies.document(
        {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": apis},
    )


def _check(name: str, args: ApiVpcEndpointArgs) -> None:
    faults = []
    if args.account.region != args.api_account.region:
        faults.append(
            f"the endpoint's Region {args.account.region} is not the API's, {args.api_account.region}: "
            "a private API can be reached only from its own Region; use Account with region=…"
        )
    if not args.subnet_ids:
        faults.append("subnet_ids: an interface endpoint needs at least one subnet")
    if not args.client_cidrs:
        faults.append("client_cidrs: without it nobody can reach the endpoint; name the callers' addresses")
    faults += adjust_faults(children_of(args), args.adjust)
    if faults:
        raise ArgumentError(
            f"ApiVpcEndpoint {name!r} cannot be created:\n" + "\n".join(f"  {fault}" for fault in faults)
        )
