"""All resources of an account, listed through AWS's APIs: `destroy` must leave them as they were before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextvars import ContextVar
from functools import cache
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest

from cross_account_sandbox.server import RunningSandbox

#: What the address of a call begins with until the call is sent to its sandbox.
_ANY_SANDBOX = "http://127.0.0.1:1"
_ENDPOINT: ContextVar[str] = ContextVar("endpoint")


def client(sandbox: RunningSandbox, service: str, account: str, region: str = "us-east-1") -> Any:
    """A client of an account's administrator."""
    return _ClientOfSandbox(sandbox.endpoint, _client(service, account, region))


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


class _ClientOfSandbox:
    """The operations of a client that is shared by all sandboxes: creating one takes longer than most of its calls."""

    def __init__(self, endpoint: str, shared: Any) -> None:
        self._endpoint = endpoint
        self._shared = shared

    def __getattr__(self, name: str) -> Callable[..., Any]:
        operation = getattr(self._shared, name)

        def call(**parameters: Any) -> Any:
            before = _ENDPOINT.set(self._endpoint)
            try:
                return operation(**parameters)
            finally:
                _ENDPOINT.reset(before)

        return call


@cache
def _client(service: str, account: str, region: str) -> Any:
    # The stubs have one signature per service, and none for a name that is not a literal.
    make: Any = boto3.client
    made = make(
        service,
        endpoint_url=_ANY_SANDBOX,
        region_name=region,
        # A sandbox accepts an account's ID as the key of its administrator.
        aws_access_key_id=account,
        aws_secret_access_key="test",
    )
    made.meta.events.register("before-send", _send_to_sandbox)
    return made


def _send_to_sandbox(request: AWSPreparedRequest, **_: object) -> None:
    request.url = request.url.replace(_ANY_SANDBOX, _ENDPOINT.get(), 1)


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
