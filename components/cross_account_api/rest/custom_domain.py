"""A custom domain for stages in the API's account: certificate, domain name, mappings and DNS record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

from aws_rules import arns
from aws_rules.paths import is_base_path, is_single_level
from cross_account_api.accounts import Account
from cross_account_api.children import Adjustments, Child, Children, Known, adjust_faults
from cross_account_api.errors import ArgumentError

#: The Region of an edge-optimized domain's certificate (developer guide, how-to-edge-optimized-custom-domain-name).
EDGE_CERTIFICATE_REGION = "us-east-1"
#: Security policies that Security Hub's control APIGateway.11 accepts; GovCloud and China do not have them.
TLS_POLICIES = {"REGIONAL": "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09", "EDGE": "SecurityPolicy_TLS12_PFS_2025_EDGE"}
_OLDER_TLS = "TLS_1_2"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BasePath:
    """A path of the domain, mapped to a stage; an empty `base_path` is the whole domain.

    A path with a slash (`orders/v1`) needs a Regional domain: it becomes an API mapping of API Gateway v2, which
    converts the names of all headers to lower case (developer guide, rest-api-mappings).
    """

    api_id: pulumi.Input[str]
    stage_name: pulumi.Input[str]
    base_path: str = ""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CustomDomainArgs:
    """A domain and its mappings.

    zone_id          hosted zone of the domain; None: give certificate_arn, and create the DNS record yourself
    dns_account      account of the zone, if it is not the API's
    certificate_arn  an issued certificate (edge: in us-east-1); None: a certificate is requested and validated by DNS
                     in the zone
    security_policy  None: the newest for the endpoint type, see TLS_POLICIES
    adjust           properties of children: `{"domain": {"mutual_tls_authentication": …}}`
    """

    api_account: Account
    domain_name: str
    mappings: Sequence[BasePath]
    # Unconfirmed: that a change of the endpoint type leaves no gap in which the name does not answer. Reason: AWS's
    # guide adds the new type beside the old one, the provider replaces it.
    endpoint_type: Literal["REGIONAL", "EDGE"] = "REGIONAL"
    zone_id: pulumi.Input[str] | None = None
    dns_account: Account | None = None
    certificate_arn: pulumi.Input[str] | None = None
    security_policy: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    adjust: Adjustments = field(default_factory=dict)


class CustomDomain(pulumi.ComponentResource):
    """Domain name, certificate and mappings in `args.api_account`; DNS records in the zone's account.

    Switch off the API's default endpoint with `disable_default_endpoint` if callers must not bypass the domain. Raises
    ArgumentError before anything is created.
    """

    url: pulumi.Output[str]
    domain_name: pulumi.Output[str]
    target: pulumi.Output[str]

    def __init__(self, name: str, args: CustomDomainArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _check(name, args)
        super().__init__("cross-account-api:index:CustomDomain", name, None, opts)
        children = Children(parent=self, component=name, known=children_of(args), adjust=args.adjust)
        edge = args.endpoint_type == "EDGE"
        certificate = args.certificate_arn if args.certificate_arn is not None else _certificate(name, args, children)
        policy = args.security_policy or _newest_policy(args)
        domain = aws.apigateway.DomainName(
            f"{name}-domain",
            domain_name=args.domain_name,
            certificate_arn=certificate if edge else None,
            regional_certificate_arn=None if edge else certificate,
            endpoint_configuration=aws.apigateway.DomainNameEndpointConfigurationArgs(types=args.endpoint_type),
            security_policy=policy,
            # Only the newer policies have an access mode. BASIC: SNI and Host can differ, as with the older policies.
            endpoint_access_mode="BASIC" if policy.startswith("SecurityPolicy_") else None,
            tags=dict(args.tags),
            opts=children.options(args.api_account),
        )
        self.mappings = [_mapping(name, mapping, domain, args.api_account, children) for mapping in args.mappings]
        self.domain_name = domain.domain_name
        self.target = domain.cloudfront_domain_name if edge else domain.regional_domain_name
        if args.zone_id is not None:
            _record(name, args, domain, children)
        first = args.mappings[0].base_path
        self.url = domain.domain_name.apply(lambda host: f"https://{host}" + (f"/{first}" if first else ""))
        self.register_outputs({"url": self.url, "domainName": self.domain_name, "target": self.target})


def children_of(args: CustomDomainArgs) -> Known:
    """All children of the component. Pure."""
    known = {"domain": Child(aws.apigateway.DomainName)}
    for mapping in args.mappings:
        single = is_single_level(mapping.base_path)
        known[mapping_name(mapping)] = Child(aws.apigateway.BasePathMapping if single else aws.apigatewayv2.ApiMapping)
    if args.certificate_arn is None:
        known["certificate"] = Child(aws.acm.Certificate)
        known["certificate-proof"] = Child(aws.route53.Record)
        known["certificate-issued"] = Child(aws.acm.CertificateValidation)
    return known if args.zone_id is None else {**known, "record": Child(aws.route53.Record)}


def mapping_name(mapping: BasePath) -> str:
    """The mapping's name among the children of its domain. Pure."""
    return f"{mapping.base_path or 'root'}-mapping"


def _mapping(
    name: str, mapping: BasePath, domain: aws.apigateway.DomainName, account: Account, children: Children
) -> pulumi.CustomResource:
    resource_name = f"{name}-{mapping_name(mapping)}"
    if is_single_level(mapping.base_path):
        return aws.apigateway.BasePathMapping(
            resource_name,
            rest_api=mapping.api_id,
            stage_name=mapping.stage_name,
            domain_name=domain.domain_name,
            base_path=mapping.base_path or None,
            opts=children.options(account),
        )
    return aws.apigatewayv2.ApiMapping(
        resource_name,
        api_id=mapping.api_id,
        stage=mapping.stage_name,
        domain_name=domain.domain_name,
        api_mapping_key=mapping.base_path,
        opts=children.options(account),
    )


def _certificate(name: str, args: CustomDomainArgs, children: Children) -> pulumi.Output[str]:
    """A certificate validated by DNS; the `region` argument puts an edge-optimized domain's into us-east-1."""
    region = EDGE_CERTIFICATE_REGION if args.endpoint_type == "EDGE" else args.api_account.region
    certificate = aws.acm.Certificate(
        f"{name}-certificate",
        domain_name=args.domain_name,
        validation_method="DNS",
        region=region,
        tags=dict(args.tags),
        opts=children.options(args.api_account),
    )
    option = certificate.domain_validation_options[0]
    proof = aws.route53.Record(
        f"{name}-certificate-proof",
        zone_id=args.zone_id or "",
        name=option.resource_record_name,
        type=option.resource_record_type,
        records=[option.resource_record_value],
        ttl=300,
        # The same record validates every certificate of this domain, so another stack may have created it.
        allow_overwrite=True,
        opts=children.options(args.dns_account or args.api_account),
    )
    issued = aws.acm.CertificateValidation(
        f"{name}-certificate-issued",
        certificate_arn=certificate.arn,
        validation_record_fqdns=[proof.fqdn],
        region=region,
        opts=children.options(args.api_account),
    )
    return issued.certificate_arn


def _record(name: str, args: CustomDomainArgs, domain: aws.apigateway.DomainName, children: Children) -> None:
    edge = args.endpoint_type == "EDGE"
    aws.route53.Record(
        f"{name}-record",
        zone_id=args.zone_id or "",
        name=args.domain_name,
        type="A",
        aliases=[
            aws.route53.RecordAliasArgs(
                name=domain.cloudfront_domain_name if edge else domain.regional_domain_name,
                zone_id=domain.cloudfront_zone_id if edge else domain.regional_zone_id,
                evaluate_target_health=False,
            )
        ],
        opts=children.options(args.dns_account or args.api_account),
    )


def _newest_policy(args: CustomDomainArgs) -> str:
    return TLS_POLICIES[args.endpoint_type] if args.api_account.partition == "aws" else _OLDER_TLS


def mapping_faults(mappings: Sequence[BasePath], *, multi_level: bool = False) -> list[str]:
    """Errors in the mappings of a domain, depending on whether it supports paths of several levels. Pure."""
    paths = [mapping.base_path for mapping in mappings]
    faults = [] if paths else ["mappings: a domain without a mapping answers 403 to everything; give at least one"]
    faults += [
        f"base_path {path!r}: it is listed twice; remove one" for path in dict.fromkeys(paths) if paths.count(path) > 1
    ]
    for path in filter(None, paths):
        if path != path.strip("/"):
            faults.append(f"base_path {path!r}: remove the leading and trailing slashes")
        elif not is_base_path(path):
            faults.append(
                f"base_path {path!r}: an API mapping can have letters, digits and $-_.+!*'() between single slashes, "
                "at most 300 characters in total"
            )
        elif not multi_level and not is_single_level(path):
            faults.append(
                f"base_path {path!r}: only a Regional domain with TLS 1.2 or newer can have paths of more than one "
                f"level; use one level, such as {path.replace('/', '-')!r}, or CustomDomain with endpoint_type REGIONAL"
            )
    return faults


def certificate_faults(text: str, *, endpoint_type: str, region: str) -> list[str]:
    """Errors in a certificate's ARN: its form, its partition or its Region. Pure."""
    partition = arns.partition_of_region(region)
    if other := arns.foreign_partition(text, partition):
        return [f"certificate_arn {text}: is in partition {other}; name a certificate in the domain's, {partition}"]
    try:
        found = arns.Arn.parse(text).region
    except arns.ArnError as error:
        return [f"certificate_arn: {error}"]
    if found == region:
        return []
    return [f"certificate_arn {text}: is in {found}; a domain of type {endpoint_type} needs one in {region}"]


def _check(name: str, args: CustomDomainArgs) -> None:
    faults = mapping_faults(
        args.mappings, multi_level=args.endpoint_type == "REGIONAL" and args.security_policy != "TLS_1_0"
    )
    if args.zone_id is None and args.certificate_arn is None:
        faults.append("give zone_id (the hosted zone) or certificate_arn (an issued certificate)")
    if args.endpoint_type == "EDGE" and args.api_account.partition != "aws":
        faults.append(f"endpoint_type EDGE: partition {args.api_account.partition} has no edge endpoints; use REGIONAL")
    if isinstance(args.certificate_arn, str):
        wanted = EDGE_CERTIFICATE_REGION if args.endpoint_type == "EDGE" else args.api_account.region
        faults += certificate_faults(args.certificate_arn, endpoint_type=args.endpoint_type, region=wanted)
    faults += adjust_faults(children_of(args), args.adjust)
    if faults:
        raise ArgumentError(f"CustomDomain {name!r} cannot be created:\n" + "\n".join(f"  {fault}" for fault in faults))
