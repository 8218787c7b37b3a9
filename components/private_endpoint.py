"""The way into a private API from a VPC of another account: interface endpoint, endpoint policy, security group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from components import arns, policies
from components.accounts import Account
from components.children import Children
from components.errors import ArgumentError


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PrivateEndpointArgs:
    """An endpoint and who may go through it.

    account       of the VPC: where endpoint and security group are made
    api_account   whose APIs may be called through it; in the endpoint's Region, which must be the APIs'
    subnet_ids    one in each Availability Zone that is to reach the API
    client_cidrs  addresses in the VPC that may connect, such as the VPC's own block
    private_dns   `*.execute-api.{region}.amazonaws.com` leads to the endpoint from within the VPC: then the VPC reaches
                  no public API of that Region any more (developer guide, apigateway-private-apis)
    """

    account: Account
    api_account: Account
    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    client_cidrs: Sequence[pulumi.Input[str]]
    private_dns: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)


class PrivateEndpoint(pulumi.ComponentResource):
    """Endpoint and security group, in `args.account`.

    The API names the endpoint, in its endpoint configuration and in its resource policy, so the endpoint is made first
    and its policy cannot name the API: it names the API's account. Raises ArgumentError before anything is created.
    """

    id: pulumi.Output[str]
    dns_name: pulumi.Output[str]

    def __init__(self, name: str, args: PrivateEndpointArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(name, args)
        super().__init__("cross-account-api:index:PrivateEndpoint", name, None, opts)
        children = Children(parent=self)
        group = aws.ec2.SecurityGroup(
            f"{name}-group",
            description="HTTPS from the clients of private APIs",
            vpc_id=args.vpc_id,
            tags=dict(args.tags),
            opts=children.options(args.account),
        )
        for number, cidr in enumerate(args.client_cidrs):
            aws.vpc.SecurityGroupIngressRule(
                f"{name}-group-{number}",
                security_group_id=group.id,
                cidr_ipv4=cidr,
                ip_protocol="tcp",
                from_port=443,
                to_port=443,
                opts=children.options(args.account),
            )
        endpoint = aws.ec2.VpcEndpoint(
            f"{name}-endpoint",
            service_name=_service_name(args.account),
            vpc_endpoint_type="Interface",
            vpc_id=args.vpc_id,
            subnet_ids=list(args.subnet_ids),
            security_group_ids=[group.id],
            private_dns_enabled=args.private_dns,
            policy=policies.rendered(endpoint_policy(args.api_account)),
            tags=dict(args.tags),
            opts=children.options(args.account),
        )
        self.id = endpoint.id
        # The Regional name comes first, those of each Availability Zone follow (EC2 API reference, VpcEndpoint).
        self.dns_name = endpoint.dns_entries[0].dns_name
        self.register_outputs({"id": self.id, "dnsName": self.dns_name})

    def url(self, api_id: pulumi.Input[str], stage_name: pulumi.Input[str], account: Account) -> pulumi.Output[str]:
        """The URL by API and endpoint, which answers from within the VPC with private DNS and without."""
        suffix = arns.dns_suffix(account.partition)
        return pulumi.Output.concat(
            "https://", api_id, "-", self.id, f".execute-api.{account.region}.{suffix}/", stage_name
        )


def endpoint_policy(api_account: Account) -> policies.Document:
    """Calls of the APIs of one account and Region, and nothing else. Pure.

    Principal `*`: who may call is the API's own decision, and unsigned requests have no principal to be named. The
    resource is a wildcard over that account's APIs because the API is made after the endpoint that it names.
    """
    apis = arns.api_execution_arn(
        partition=api_account.partition, region=api_account.region, account=api_account.id, api_id="*"
    )
    call = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": apis}
    return policies.document({"Sid": "CallApisOfThatAccount", **call})


def _service_name(account: Account) -> str:
    """In aws-cn most interface endpoints carry another prefix; that execute-api's does is unconfirmed."""
    prefix = "cn.com.amazonaws" if account.partition == "aws-cn" else "com.amazonaws"
    return f"{prefix}.{account.region}.execute-api"


def _check(name: str, args: PrivateEndpointArgs) -> None:
    faults = []
    if args.account.region != args.api_account.region:
        faults.append(
            f"the VPC's Region {args.account.region} is not the API's, {args.api_account.region}: an execute-api "
            "endpoint reaches the APIs of its own Region"
        )
    if not args.subnet_ids:
        faults.append("subnet_ids is empty: give one subnet in each Availability Zone that is to reach the API")
    if not args.client_cidrs:
        faults.append("client_cidrs is empty: nobody could connect; give the VPC's block or the clients' subnets")
    if faults:
        raise ArgumentError(f"PrivateEndpoint {name!r} cannot be made:\n" + "\n".join(f"  {each}" for each in faults))
