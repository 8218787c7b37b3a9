"""All resources of an account, listed through AWS's APIs: `destroy` must leave them as they were before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from weakref import WeakKeyDictionary

import boto3

from cross_account_sandbox.server import RunningSandbox

_OPERATOR_ROLE = "sandbox-operator"
#: The keys of each sandbox's accounts, and their clients: creating a client takes longer than most of its calls.
_CLIENTS: WeakKeyDictionary[RunningSandbox, dict[object, Any]] = WeakKeyDictionary()


def client(sandbox: RunningSandbox, service: str, account: str, region: str = "us-east-1") -> Any:
    """A client of an account, logged in as the operator."""
    clients, endpoint = _CLIENTS.setdefault(sandbox, {}), sandbox.endpoint
    key = (account, service, region)
    if key not in clients:
        if account not in clients:
            clients[account] = _login(endpoint, account)
        clients[key] = _client(endpoint, service, region, clients[account])
    return clients[key]


def inventory(sandbox: RunningSandbox, accounts: Iterable[str], regions: Iterable[str] = ("us-east-1",)) -> set[str]:
    """Every resource as `account region kind id`; resources without a Region are listed under the first Region."""
    found: set[str] = set()
    first, *others = regions
    for account in accounts:
        for region in (first, *others):
            for service, listing in _LISTINGS.items():
                if region == first or service not in _GLOBAL:
                    kinds = listing(client(sandbox, service, account, region))
                    found.update(f"{account} {region} {kind} {identity}" for kind, identity in kinds)
    return found


def _login(endpoint: str, account: str) -> dict[str, str]:
    operator = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    given = _client(endpoint, "sts", "us-east-1", operator).assume_role(
        RoleArn=f"arn:aws:iam::{account}:role/{_OPERATOR_ROLE}", RoleSessionName="inventory"
    )["Credentials"]
    return {
        "aws_access_key_id": given["AccessKeyId"],
        "aws_secret_access_key": given["SecretAccessKey"],
        "aws_session_token": given["SessionToken"],
    }


def _client(endpoint: str, service: str, region: str, keys: dict[str, str]) -> Any:
    # The stubs have one signature per service, and none for a name that is not a literal.
    make: Any = boto3.client
    return make(service, endpoint_url=endpoint, region_name=region, **keys)


_Kinds = Iterable[tuple[str, str]]


def _apigateway(api: Any) -> _Kinds:
    for rest_api in api.get_rest_apis(limit=500)["items"]:
        identity = rest_api["id"]
        yield "RestApi", identity
        for deployment in api.get_deployments(restApiId=identity, limit=500)["items"]:
            yield "Deployment", f"{identity}/{deployment['id']}"
        for stage in api.get_stages(restApiId=identity)["item"]:
            yield "Stage", f"{identity}/{stage['stageName']}"
    yield "Account", str(api.get_account().get("cloudwatchRoleArn"))
    yield from (("DomainName", item["domainName"]) for item in api.get_domain_names(limit=500)["items"])
    yield from (("ApiKey", item["id"]) for item in api.get_api_keys(limit=500)["items"])
    yield from (("UsagePlan", item["id"]) for item in api.get_usage_plans(limit=500)["items"])
    for association in api.get_domain_name_access_associations(limit=500)["items"]:
        yield "DomainNameAccessAssociation", association["domainNameAccessAssociationArn"]
    for certificate in api.get_client_certificates(limit=500)["items"]:
        yield "ClientCertificate", certificate["clientCertificateId"]


def _apigatewayv2(api: Any) -> _Kinds:
    yield from (("HttpApi", item["ApiId"]) for item in api.get_apis(MaxResults="500")["Items"])
    yield from (("DomainName", item["DomainName"]) for item in api.get_domain_names(MaxResults="500")["Items"])


def _lambda(functions: Any) -> _Kinds:
    for function in functions.list_functions()["Functions"]:
        name = function["FunctionName"]
        yield "Function", name
        for alias in functions.list_aliases(FunctionName=name)["Aliases"]:
            yield "Alias", f"{name}:{alias['Name']}"


def _iam(iam: Any) -> _Kinds:
    yield from (("Role", role["Arn"]) for role in iam.list_roles()["Roles"])
    yield from (("User", user["Arn"]) for user in iam.list_users()["Users"])
    yield from (("Policy", policy["Arn"]) for policy in iam.list_policies(Scope="Local")["Policies"])


def _logs(logs: Any) -> _Kinds:
    yield from (("LogGroup", group["logGroupName"]) for group in logs.describe_log_groups()["logGroups"])


def _ec2(ec2: Any) -> _Kinds:
    yield from (("Vpc", vpc["VpcId"]) for vpc in ec2.describe_vpcs()["Vpcs"])
    yield from (("Subnet", subnet["SubnetId"]) for subnet in ec2.describe_subnets()["Subnets"])
    yield from (("SecurityGroup", group["GroupId"]) for group in ec2.describe_security_groups()["SecurityGroups"])
    yield from (("VpcEndpoint", point["VpcEndpointId"]) for point in ec2.describe_vpc_endpoints()["VpcEndpoints"])
    for interface in ec2.describe_network_interfaces()["NetworkInterfaces"]:
        yield "NetworkInterface", interface["NetworkInterfaceId"]


def _acm(acm: Any) -> _Kinds:
    yield from (("Certificate", item["CertificateArn"]) for item in acm.list_certificates()["CertificateSummaryList"])


def _ram(shares: Any) -> _Kinds:
    for share in shares.get_resource_shares(resourceOwner="SELF")["resourceShares"]:
        # A deleted share is still listed for a while.
        if share["status"] not in {"DELETING", "DELETED"}:
            yield "ResourceShare", share["resourceShareArn"]


def _route53(dns: Any) -> _Kinds:
    for zone in dns.list_hosted_zones()["HostedZones"]:
        yield "Zone", zone["Id"]
        for record in dns.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]:
            yield "Record", f"{zone['Id']} {record['Name']} {record['Type']}"


def _s3(buckets: Any) -> _Kinds:
    yield from (("Bucket", bucket["Name"]) for bucket in buckets.list_buckets()["Buckets"])


_LISTINGS: dict[str, Callable[[Any], _Kinds]] = {
    "acm": _acm,
    "apigateway": _apigateway,
    "apigatewayv2": _apigatewayv2,
    "ec2": _ec2,
    "iam": _iam,
    "lambda": _lambda,
    "logs": _logs,
    "ram": _ram,
    "route53": _route53,
    "s3": _s3,
}
#: Services whose resources belong to the whole account, not to a Region.
_GLOBAL = {"iam", "route53", "s3"}
