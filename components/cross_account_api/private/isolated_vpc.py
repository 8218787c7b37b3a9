"""A VPC without internet access, for callers of private APIs."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from cross_account_api.accounts import Account
from cross_account_api.children import Adjustments, Child, Children, Known, adjust_faults
from cross_account_api.errors import ArgumentError
from cross_account_api.function.function import VpcPlacement


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class IsolatedVpcArgs:
    """A VPC with a subnet in each zone.

    cidr    of the VPC, an IPv4 block of at least /24
    zones   last letters of the Availability Zones
    adjust  properties of children: `{"vpc": {"enable_network_address_usage_metrics": True}}`
    """

    account: Account
    cidr: str = "10.0.0.0/16"
    zones: Sequence[str] = ("a", "b")
    tags: Mapping[str, str] = field(default_factory=dict)
    adjust: Adjustments = field(default_factory=dict)


class IsolatedVpc(pulumi.ComponentResource):
    """VPC, subnets and a security group for callers, in `args.account`: no gateway, and only HTTPS within the VPC.

    DNS support and host names are on, because an endpoint's private DNS needs both.
    """

    id: pulumi.Output[str]
    subnet_ids: list[pulumi.Output[str]]
    clients: VpcPlacement

    def __init__(self, name: str, args: IsolatedVpcArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        known = children_of(args)
        if faults := adjust_faults(known, args.adjust):
            raise ArgumentError(
                f"IsolatedVpc {name!r} cannot be created:\n" + "\n".join(f"  {each}" for each in faults)
            )
        super().__init__("cross-account-api:index:IsolatedVpc", name, None, opts)
        children = Children(parent=self, component=name, known=known, adjust=args.adjust)
        self.cidr = args.cidr
        vpc = aws.ec2.Vpc(
            f"{name}-vpc",
            cidr_block=args.cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=dict(args.tags),
            opts=children.options(args.account),
        )
        blocks = ipaddress.ip_network(args.cidr).subnets(prefixlen_diff=(len(args.zones) - 1).bit_length())
        subnets = [
            aws.ec2.Subnet(
                f"{name}-subnet-{zone}",
                vpc_id=vpc.id,
                cidr_block=str(block),
                availability_zone=f"{args.account.region}{zone}",
                tags=dict(args.tags),
                opts=children.options(args.account),
            )
            for zone, block in zip(args.zones, blocks, strict=False)
        ]
        group = aws.ec2.SecurityGroup(
            f"{name}-clients",
            vpc_id=vpc.id,
            description="Callers, which reach nothing but HTTPS within the VPC",
            tags=dict(args.tags),
            opts=children.options(args.account),
        )
        aws.vpc.SecurityGroupEgressRule(
            f"{name}-clients-https",
            security_group_id=group.id,
            cidr_ipv4=args.cidr,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            tags=dict(args.tags),
            opts=children.options(args.account),
        )
        self.id = vpc.id
        self.subnet_ids = [subnet.id for subnet in subnets]
        self.clients = VpcPlacement(subnet_ids=self.subnet_ids, security_group_ids=[group.id])
        self.register_outputs({"id": self.id})


def children_of(args: IsolatedVpcArgs) -> Known:
    """All children of the component. Pure."""
    return {
        "vpc": Child(aws.ec2.Vpc),
        **{f"subnet-{zone}": Child(aws.ec2.Subnet) for zone in args.zones},
        "clients": Child(aws.ec2.SecurityGroup),
        "clients-https": Child(aws.vpc.SecurityGroupEgressRule),
    }
