"""A custom domain that answers only within one VPC: private APIs under their own name, across accounts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from aws_rules import policies
from cross_account_api.accounts import Account
from cross_account_api.children import Adjustments, Child, Children, Known, adjust_faults
from cross_account_api.errors import ArgumentError
from cross_account_api.private.resource_share import ShareArgs, Sharing, share, share_children
from cross_account_api.rest.custom_domain import BasePath, certificate_faults, mapping_faults, mapping_name
from cross_account_api.rest.resource_policies import vpc_endpoints_policy


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PrivateRecord:
    """Where callers look the name up: a private hosted zone in the client's account, only for that VPC.

    vpc_id       the callers' VPC, with DNS support and host names on
    dns_name     of the interface endpoint (`ApiVpcEndpoint.dns_name`), to which the domain's name resolves
    dns_zone_id  hosted zone of that name (`ApiVpcEndpoint.dns_zone_id`)
    """

    vpc_id: pulumi.Input[str]
    dns_name: pulumi.Input[str]
    dns_zone_id: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PrivateDomainArgs:
    """A private domain, its mappings, and the endpoint through which it is called.

    client_account   the account of the endpoint, in the API's Region; if it is the API's account, nothing is shared
    domain_name      need not be unique or registered, as long as the certificate covers it
    certificate_arn  in the API's account and Region: a public certificate of ACM, or one imported into ACM
    record           None: create the DNS record in the VPC yourself
    sharing          see `resource_share.Sharing`
    security_policy  TLS_1_2, or one of the newer ones of Regional domains where AWS takes it
    """

    # Unconfirmed: which security policies a private domain can have besides TLS_1_2. Reason: AWS lists them for public
    # domains alone.

    api_account: Account
    client_account: Account
    domain_name: str
    mappings: Sequence[BasePath]
    certificate_arn: pulumi.Input[str]
    vpc_endpoint_id: pulumi.Input[str]
    record: PrivateRecord | None = None
    sharing: Sharing = "invitation"
    security_policy: str = "TLS_1_2"
    tags: Mapping[str, str] = field(default_factory=dict)
    adjust: Adjustments = field(default_factory=dict)


class PrivateDomain(pulumi.ComponentResource):
    """Domain, policy, mappings and share in `args.api_account`; acceptance, access association and DNS in the client's.

    A request must pass four checks: the endpoint's policy, the association, the domain's policy, the API's resource
    policy. Raises ArgumentError before anything is created.

    url              of the first mapping
    arn              of the domain, with its ID, because names of private domains are not unique
    association_arn  of the endpoint's access association, in the client's account
    """

    url: pulumi.Output[str]
    arn: pulumi.Output[str]
    association_arn: pulumi.Output[str]

    def __init__(self, name: str, args: PrivateDomainArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(name, args)
        super().__init__("cross-account-api:index:PrivateDomain", name, None, opts)
        children = Children(parent=self, component=name, known=children_of(args), adjust=args.adjust)
        domain = _domain(name, args, children)
        self.mappings = _mappings(name, args, domain, children)
        shared: list[pulumi.Resource] = []
        if args.client_account.id != args.api_account.id:
            what = ShareArgs(
                owner=args.api_account,
                client=args.client_account,
                resource_arn=domain.arn,
                sharing=args.sharing,
                tags=args.tags,
            )
            shared = share(name, what, children=children)
        association = aws.apigateway.DomainNameAccessAssociation(
            f"{name}-access",
            access_association_source=args.vpc_endpoint_id,
            access_association_source_type="VPCE",
            domain_name_arn=domain.arn,
            tags=dict(args.tags),
            # Only an account with which the domain is shared can associate its endpoint.
            opts=children.options(args.client_account, depends_on=shared),
        )
        if args.record is not None:
            _record(name, args, args.record, children)
        first = args.mappings[0].base_path
        self.url = domain.domain_name.apply(lambda host: f"https://{host}" + (f"/{first}" if first else ""))
        self.arn = domain.arn
        self.association_arn = association.arn
        self.register_outputs({"url": self.url, "arn": self.arn, "associationArn": self.association_arn})


def children_of(args: PrivateDomainArgs) -> Known:
    """All children of the component. Pure."""
    known = {
        "domain": Child(aws.apigateway.DomainName),
        **{mapping_name(mapping): Child(aws.apigateway.BasePathMapping) for mapping in args.mappings},
        "access": Child(aws.apigateway.DomainNameAccessAssociation),
    }
    if args.client_account.id != args.api_account.id:
        known |= share_children(args.sharing)
    if args.record is not None:
        known |= {"zone": Child(aws.route53.Zone), "record": Child(aws.route53.Record)}
    return known


def _domain(name: str, args: PrivateDomainArgs, children: Children) -> aws.apigateway.DomainName:
    """The domain with its policy: without a policy, API Gateway adds one that denies everything."""
    endpoint_id = pulumi.Output.from_input(args.vpc_endpoint_id)
    return aws.apigateway.DomainName(
        f"{name}-domain",
        domain_name=args.domain_name,
        certificate_arn=args.certificate_arn,
        endpoint_configuration=aws.apigateway.DomainNameEndpointConfigurationArgs(types="PRIVATE"),
        security_policy=args.security_policy,
        endpoint_access_mode="BASIC" if args.security_policy.startswith("SecurityPolicy_") else None,
        # `*` is not wider than `execute-api:/*` here: the policy decides only about requests to this domain. But AWS
        # returns the longer form with the domain's ARN in it, so every `up` and `refresh` would change the domain
        # again, which takes a minute (terraform-provider-aws#40834).
        policy=endpoint_id.apply(lambda known: policies.rendered(vpc_endpoints_policy([known], resource="*"))),
        tags=dict(args.tags),
        opts=children.options(args.api_account),
    )


def _mappings(
    name: str, args: PrivateDomainArgs, domain: aws.apigateway.DomainName, children: Children
) -> list[aws.apigateway.BasePathMapping]:
    return [
        aws.apigateway.BasePathMapping(
            f"{name}-{mapping_name(mapping)}",
            rest_api=mapping.api_id,
            stage_name=mapping.stage_name,
            domain_name=domain.domain_name,
            domain_name_id=domain.domain_name_id,
            base_path=mapping.base_path or None,
            opts=children.options(args.api_account),
        )
        for mapping in args.mappings
    ]


def _record(name: str, args: PrivateDomainArgs, record: PrivateRecord, children: Children) -> None:
    """A zone with the domain's full name: a parent's zone would hide all other names below it from the VPC."""
    zone = aws.route53.Zone(
        f"{name}-zone",
        name=args.domain_name,
        vpcs=[aws.route53.ZoneVpcArgs(vpc_id=record.vpc_id, vpc_region=args.client_account.region)],
        tags=dict(args.tags),
        opts=children.options(args.client_account),
    )
    aws.route53.Record(
        f"{name}-record",
        zone_id=zone.zone_id,
        name=args.domain_name,
        type="A",
        aliases=[
            aws.route53.RecordAliasArgs(name=record.dns_name, zone_id=record.dns_zone_id, evaluate_target_health=False)
        ],
        opts=children.options(args.client_account),
    )


def _check(name: str, args: PrivateDomainArgs) -> None:
    faults = mapping_faults(args.mappings)
    if args.client_account.region != args.api_account.region:
        faults.append(
            f"the endpoint's Region {args.client_account.region} is not the domain's, {args.api_account.region}: "
            "a private domain can be reached only from its own Region; use Account with region=…"
        )
    if args.domain_name.startswith("*."):
        faults.append(f"domain_name {args.domain_name!r}: callers need a name without a wildcard; give one")
    if isinstance(args.certificate_arn, str):
        faults += certificate_faults(args.certificate_arn, endpoint_type="PRIVATE", region=args.api_account.region)
    faults += adjust_faults(children_of(args), args.adjust)
    if faults:
        raise ArgumentError(
            f"PrivateDomain {name!r} cannot be created:\n" + "\n".join(f"  {fault}" for fault in faults)
        )
