"""Resources with the stack's tags: APIs, domain names, functions, log groups, roles, networks and more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from cross_account_doctor.errors import NotThereError
from cross_account_doctor.leftovers.look import Leftover, Look

_V1_PAGE = ("position", "position")
_V2_PAGE = ("NextToken", "NextToken")
_IAM_PAGE = ("Marker", "Marker")
_EXECUTION_LOGS = "API-Gateway-Execution-Logs_"


def rest_apis(look: Look) -> Iterator[Leftover]:
    """REST APIs; deleting one also deletes its stages, deployments and authorizers."""
    token = "aws:apigateway/restApi:RestApi"  # noqa: S105
    for api in look.pages("apigateway", "get_rest_apis", "items", _V1_PAGE, limit=500):
        remove = ("apigateway", "delete-rest-api", "--rest-api-id", api["id"])
        yield from _tagged(look, "REST API", token, api["id"], api["name"], api, remove)


def http_apis(look: Look) -> Iterator[Leftover]:
    """HTTP APIs; deleting one also deletes everything in it."""
    token = "aws:apigatewayv2/api:Api"  # noqa: S105
    for api in look.pages("apigatewayv2", "get_apis", "Items", _V2_PAGE):
        remove = ("apigatewayv2", "delete-api", "--api-id", api["ApiId"])
        yield from _tagged(look, "HTTP API", token, api["ApiId"], api["Name"], api, remove)


def domain_names(look: Look) -> Iterator[Leftover]:
    """Custom domain names; a private one is also identified by its ID."""
    token = "aws:apigateway/domainName:DomainName"  # noqa: S105
    v2 = "aws:apigatewayv2/domainName:DomainName"
    known = {(each.text("domainName"), each.text("domainNameId")) for each in look.recorded(token, v2)}
    for domain in look.pages("apigateway", "get_domain_names", "items", _V1_PAGE, limit=500):
        name, identity = domain["domainName"], domain.get("domainNameId", "")
        if {(name, identity), (name, "")} & known:
            continue
        private = ("--domain-name-id", identity) if identity else ()
        remove = ("apigateway", "delete-domain-name", "--domain-name", name, *private)
        full = f"{name}/{identity}" if identity else name
        yield from _tagged(look, "domain name", token, full, name, domain, remove)


def access_associations(look: Look) -> Iterator[Leftover]:
    """Associations of VPC endpoints with private domain names."""
    token = "aws:apigateway/domainNameAccessAssociation:DomainNameAccessAssociation"  # noqa: S105
    for found in look.pages("apigateway", "get_domain_name_access_associations", "items", _V1_PAGE, limit=500):
        arn = found["domainNameAccessAssociationArn"]
        remove = ("apigateway", "delete-domain-name-access-association", "--domain-name-access-association-arn", arn)
        yield from _tagged(look, "domain name access association", token, arn, arn, found, remove)


def usage_plans(look: Look) -> Iterator[Leftover]:
    """Usage plans."""
    token = "aws:apigateway/usagePlan:UsagePlan"  # noqa: S105
    for plan in look.pages("apigateway", "get_usage_plans", "items", _V1_PAGE, limit=500):
        remove = ("apigateway", "delete-usage-plan", "--usage-plan-id", plan["id"])
        yield from _tagged(look, "usage plan", token, plan["id"], plan["name"], plan, remove)


def api_keys(look: Look) -> Iterator[Leftover]:
    """API keys."""
    token = "aws:apigateway/apiKey:ApiKey"  # noqa: S105
    for key in look.pages("apigateway", "get_api_keys", "items", _V1_PAGE, limit=500):
        remove = ("apigateway", "delete-api-key", "--api-key", key["id"])
        yield from _tagged(look, "API key", token, key["id"], key["name"], key, remove)


def functions(look: Look) -> Iterator[Leftover]:
    """Functions; deleting one also deletes its versions, aliases and policies."""
    token = "aws:lambda/function:Function"  # noqa: S105
    for function in look.pages("lambda", "list_functions", "Functions", ("NextMarker", "Marker")):
        name, arn = function["FunctionName"], function["FunctionArn"]
        if look.knows(token, name):
            continue
        reason = look.reason(token, name, partial(_function_tags, look, arn))
        if reason:
            remove = ("lambda", "delete-function", "--function-name", name)
            yield look.found("function", token, name, remove, reason=reason, name=name)


def roles(look: Look) -> Iterator[Leftover]:
    """Roles; a role can be deleted only after its policies."""
    token = "aws:iam/role:Role"  # noqa: S105
    for role in look.pages("iam", "list_roles", "Roles", _IAM_PAGE):
        name = role["RoleName"]
        if look.knows(token, name) or not look.may_be(token, name):
            continue
        reason = look.reason(token, name, partial(_role_tags, look, name))
        if reason:
            yield look.found("role", token, name, *_without_role(look, name), reason=reason, name=name)


def log_groups(look: Look) -> Iterator[Leftover]:
    """Log groups, including those that `retainLogs` kept."""
    token = "aws:cloudwatch/logGroup:LogGroup"  # noqa: S105
    for group in look.pages("logs", "describe_log_groups", "logGroups", ("nextToken", "nextToken")):
        name, arn = group["logGroupName"], group["arn"].removesuffix(":*")
        if look.knows(token, name) or not (look.may_be(token, name) or name.startswith(_EXECUTION_LOGS)):
            continue
        reason = look.reason(token, name, partial(_group_tags, look, arn))
        if reason:
            remove = ("logs", "delete-log-group", "--log-group-name", name)
            yield look.found("log group", token, name, remove, reason=reason, name=name)


def vpc_endpoints(look: Look) -> Iterator[Leftover]:
    """VPC endpoints."""
    for found in look.pages("ec2", "describe_vpc_endpoints", "VpcEndpoints", _V2_PAGE):
        if found.get("State") not in {"deleting", "deleted"}:
            identity = found["VpcEndpointId"]
            remove = ("ec2", "delete-vpc-endpoints", "--vpc-endpoint-ids", identity)
            yield from _in_network(look, "VPC endpoint", "aws:ec2/vpcEndpoint:VpcEndpoint", identity, found, remove)


def security_groups(look: Look) -> Iterator[Leftover]:
    """Security groups."""
    for found in look.pages("ec2", "describe_security_groups", "SecurityGroups", _V2_PAGE):
        identity = found["GroupId"]
        remove = ("ec2", "delete-security-group", "--group-id", identity)
        yield from _in_network(look, "security group", "aws:ec2/securityGroup:SecurityGroup", identity, found, remove)


def subnets(look: Look) -> Iterator[Leftover]:
    """Subnets."""
    for found in look.pages("ec2", "describe_subnets", "Subnets", _V2_PAGE):
        remove = ("ec2", "delete-subnet", "--subnet-id", found["SubnetId"])
        yield from _in_network(look, "subnet", "aws:ec2/subnet:Subnet", found["SubnetId"], found, remove)


def vpcs(look: Look) -> Iterator[Leftover]:
    """VPCs, after the resources in them."""
    for found in look.pages("ec2", "describe_vpcs", "Vpcs", _V2_PAGE):
        remove = ("ec2", "delete-vpc", "--vpc-id", found["VpcId"])
        yield from _in_network(look, "VPC", "aws:ec2/vpc:Vpc", found["VpcId"], found, remove)


def resource_shares(look: Look) -> Iterator[Leftover]:
    """Resource shares of the account; AWS lists deleted ones for a while."""
    token = "aws:ram/resourceShare:ResourceShare"  # noqa: S105
    for share in look.pages(
        "ram", "get_resource_shares", "resourceShares", ("nextToken", "nextToken"), resourceOwner="SELF"
    ):
        if share["status"] in {"ACTIVE", "PENDING"}:
            arn, tags = share["resourceShareArn"], _pairs(share.get("tags"), "key", "value")
            remove = ("ram", "delete-resource-share", "--resource-share-arn", arn)
            yield from _tagged(look, "resource share", token, arn, share["name"], {"tags": tags}, remove)


def certificates(look: Look) -> Iterator[Leftover]:
    """Certificates."""
    token = "aws:acm/certificate:Certificate"  # noqa: S105
    for found in look.pages("acm", "list_certificates", "CertificateSummaryList", _V2_PAGE):
        arn, name = found["CertificateArn"], found["DomainName"]
        if look.knows(token, arn):
            continue
        reason = look.reason(
            token,
            name,
            partial(_certificate_tags, look, arn),
        )
        if reason:
            remove = ("acm", "delete-certificate", "--certificate-arn", arn)
            yield look.found("certificate", token, arn, remove, reason=reason, name=f"{arn} for {name}")


def zones(look: Look) -> Iterator[Leftover]:
    """Hosted zones. Route 53 has no Regions."""
    token = "aws:route53/zone:Zone"  # noqa: S105
    for zone in look.pages("route53", "list_hosted_zones", "HostedZones", ("NextMarker", "Marker")):
        identity, name = zone["Id"].rpartition("/")[2], zone["Name"].rstrip(".")
        if look.knows(token, identity):
            continue
        reason = look.reason(token, name, partial(_zone_tags, look, identity))
        if reason:
            remove = ("route53", "delete-hosted-zone", "--id", identity)
            yield look.found("hosted zone", token, identity, remove, reason=reason, name=f"{identity} for {name}")


def _tagged(
    look: Look, kind: str, token: str, identity: str, name: str, live: Mapping[str, Any], remove: tuple[str, ...]
) -> Iterator[Leftover]:
    """A resource whose tags are in the listing."""
    if look.knows(token, identity):
        return
    reason = look.reason(token, name, lambda: live.get("tags") or live.get("Tags") or {})
    if reason:
        yield look.found(
            kind, token, identity, remove, reason=reason, name=identity if identity == name else f"{identity} ({name})"
        )


def _in_network(
    look: Look, kind: str, token: str, identity: str, live: Mapping[str, Any], remove: tuple[str, ...]
) -> Iterator[Leftover]:
    """A resource of EC2, which lists tags as pairs; only security groups have names."""
    yield from _tagged(
        look, kind, token, identity, live.get("GroupName", identity), {"tags": _pairs(live.get("Tags"))}, remove
    )


def _pairs(tags: Any, key: str = "Key", value: str = "Value") -> dict[str, str]:
    return {pair[key]: pair[value] for pair in tags or ()}


def _function_tags(look: Look, arn: str) -> dict[str, str]:
    return dict(look.ask("lambda", "list_tags", Resource=arn).get("Tags") or {})


def _group_tags(look: Look, arn: str) -> dict[str, str]:
    return dict(look.ask("logs", "list_tags_for_resource", resourceArn=arn).get("tags") or {})


def _certificate_tags(look: Look, arn: str) -> dict[str, str]:
    return _pairs(look.ask("acm", "list_tags_for_certificate", CertificateArn=arn).get("Tags"))


def _zone_tags(look: Look, zone: str) -> dict[str, str]:
    found = look.ask("route53", "list_tags_for_resource", ResourceType="hostedzone", ResourceId=zone)
    return _pairs(found["ResourceTagSet"].get("Tags"))


def _role_tags(look: Look, name: str) -> dict[str, str]:
    return _pairs(look.ask("iam", "list_role_tags", RoleName=name).get("Tags"))


def _without_role(look: Look, name: str) -> Iterator[tuple[str, ...]]:
    """The commands that delete a role, which must have no policies."""
    try:
        inline = list(look.pages("iam", "list_role_policies", "PolicyNames", _IAM_PAGE, RoleName=name))
        attached = list(look.pages("iam", "list_attached_role_policies", "AttachedPolicies", _IAM_PAGE, RoleName=name))
    except NotThereError:
        return
    for policy in map(str, inline):
        yield "iam", "delete-role-policy", "--role-name", name, "--policy-name", policy
    for entry in attached:
        yield "iam", "detach-role-policy", "--role-name", name, "--policy-arn", entry["PolicyArn"]
    yield "iam", "delete-role", "--role-name", name
