"""Addresses: an API is found by Host name, path, custom domain or VPC endpoint."""

from __future__ import annotations

import json
from typing import Any

import pytest

from aws_rules.arns import dns_suffix, partition_of_region
from cross_account_sandbox.apigateway.model.domain_name import BasePathMapping, DomainName
from sandbox_testing.build import (
    API_ACCOUNT,
    API_ID,
    ECHO_EVENT,
    REGION,
    Api,
    add_api,
    add_function,
    allow_gateway,
    lambda_proxy,
    mock,
)

FORBIDDEN = (403, {"message": "Forbidden"})
ALLOW = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture
def api(sandbox: Any) -> Api:
    """An API that echoes every event."""
    function = add_function(sandbox.world, ECHO_EVENT)
    allow_gateway(function)
    made = add_api(sandbox.world)
    made.route("/", "ANY", lambda_proxy(function))
    made.route("/{proxy+}", "ANY", lambda_proxy(function))
    made.deploy()
    return made


@pytest.mark.parametrize(
    "url",
    [
        f"https://{API_ID}.execute-api.us-east-1.amazonaws.com/dev/a/b",
        f"http://{API_ID}.execute-api.localhost/dev/a/b",
        f"http://{API_ID}.execute-api.localhost:4566/dev/a/b",
        f"/_aws/execute-api/{API_ID}/dev/a/b",
    ],
)
def test_every_form_of_address_leads_to_the_same_method(sandbox: Any, api: Api, url: str) -> None:
    event = sandbox.request("GET", url).json()
    assert (event["path"], event["requestContext"]["path"]) == ("/a/b", "/dev/a/b")
    assert event["requestContext"]["domainPrefix"] == api.api.id
    # In every form, the function sees the API's name on AWS.
    assert event["requestContext"]["domainName"] == f"{API_ID}.execute-api.us-east-1.amazonaws.com"
    assert event["headers"]["Host"] == f"{API_ID}.execute-api.us-east-1.amazonaws.com"


def test_chinas_apis_have_their_own_suffix(sandbox: Any) -> None:
    api = add_api(sandbox.world, region="cn-north-1")
    api.route("/", "GET", mock())
    api.deploy()
    assert sandbox.request("GET", f"https://{API_ID}.execute-api.cn-north-1.amazonaws.com.cn/dev/").status == 200


@pytest.mark.parametrize("path", ["", "/", "/other", "/%64ev/"])
def test_a_path_without_a_known_stage_is_forbidden(sandbox: Any, api: Api, path: str) -> None:
    reply = sandbox.request("GET", f"https://{api.api.id}.execute-api.us-east-1.amazonaws.com{path}")
    assert (reply.status, reply.json()) == FORBIDDEN


# Custom domains


@pytest.fixture
def domain(sandbox: Any, api: Api) -> DomainName:
    made = DomainName(name="api.example.com", endpoint_types=["REGIONAL"])
    made.mappings = {
        "(none)": BasePathMapping(base_path="(none)", api_id=api.api.id, stage="dev"),
        "v1": BasePathMapping(base_path="v1", api_id=api.api.id, stage="dev"),
        "v1/deep": BasePathMapping(base_path="v1/deep", api_id=api.api.id, stage="dev"),
        "any": BasePathMapping(base_path="any", api_id=api.api.id),
    }
    sandbox.world.apigateway(API_ACCOUNT, REGION).domain_names[made.name] = made
    return made


@pytest.mark.parametrize(
    ("path", "routed", "shown"),
    [
        ("/pets/1", "pets/1", "/pets/1"),
        ("/v1/pets", "pets", "/v1/pets"),
        ("/v1/deep/pets", "pets", "/v1/deep/pets"),
        ("/v1x/pets", "v1x/pets", "/v1x/pets"),
        # With a mapping that has no stage, the client names the stage, and it remains in the path.
        ("/any/dev/pets", "pets", "/any/dev/pets"),
    ],
)
@pytest.mark.usefixtures("domain")
def test_the_longest_base_path_leads_to_its_api(sandbox: Any, path: str, routed: str, shown: str) -> None:
    event = sandbox.request("GET", f"https://api.example.com{path}").json()
    assert event["pathParameters"] == {"proxy": routed}
    assert event["path"] == event["requestContext"]["path"] == shown
    assert event["requestContext"]["domainName"] == "api.example.com"
    assert event["requestContext"]["domainPrefix"] == "api"


def test_a_path_that_no_mapping_covers_is_forbidden(sandbox: Any, domain: DomainName) -> None:
    del domain.mappings["(none)"]
    reply = sandbox.request("GET", "https://api.example.com/elsewhere")
    assert (reply.status, reply.json()) == FORBIDDEN


@pytest.mark.usefixtures("domain")
def test_with_the_default_endpoint_disabled_the_custom_domain_still_answers(sandbox: Any, api: Api) -> None:
    api.api.default_endpoint_closed = True
    reply = sandbox.request("GET", api.url())
    assert (reply.status, reply.json()) == FORBIDDEN
    assert sandbox.request("GET", "https://api.example.com/v1/").status == 200


# Private APIs


@pytest.fixture
def private(sandbox: Any) -> Api:
    api = add_api(sandbox.world, endpoint_type="PRIVATE")
    api.route("/", "GET", mock())
    api.definition.policy = policy(ALLOW)
    api.deploy()
    return api


def through(sandbox: Any, api: Api, vpce: str | None, **headers: str) -> Any:
    sent = headers | ({"x-sandbox-source-vpce": vpce} if vpce else {})
    return sandbox.request("GET", api.url(), headers=sent)


def test_a_private_api_takes_fewer_bytes_of_headers(sandbox: Any, private: Api) -> None:
    # Developer guide, quotas: 8,000 bytes of header lines; other APIs allow 10,240
    assert through(sandbox, private, "vpce-0123", long="x" * 7_000).status == 200
    assert through(sandbox, private, "vpce-0123", long="x" * 8_000).status == 431


def test_a_private_api_does_not_answer_from_the_internet(sandbox: Any, private: Api) -> None:
    reply = through(sandbox, private, None)
    assert (reply.status, reply.json()) == FORBIDDEN


def test_a_public_api_does_not_answer_through_a_vpc_endpoint(sandbox: Any, api: Api) -> None:
    reply = through(sandbox, api, "vpce-0123")
    assert (reply.status, reply.json()) == FORBIDDEN


def test_an_allow_alone_admits_any_endpoint(sandbox: Any, private: Api) -> None:
    assert through(sandbox, private, "vpce-0123").status == 200
    assert through(sandbox, private, "vpce-0456").status == 200


def test_a_private_api_without_a_policy_lets_nobody_in(sandbox: Any, private: Api) -> None:
    private.definition.policy = None
    private.deploy()
    reply = through(sandbox, private, "vpce-0123")
    assert reply.status == 403
    assert reply.json()["Message"].startswith("User: anonymous is not authorized to perform: execute-api:Invoke")


def test_a_deny_unless_the_endpoint_is_ours_admits_that_endpoint_alone(sandbox: Any, private: Api) -> None:
    unless = {"StringNotEquals": {"aws:SourceVpce": "vpce-0123"}}
    private.definition.policy = policy(ALLOW, ALLOW | {"Effect": "Deny", "Condition": unless})
    private.deploy()
    assert through(sandbox, private, "vpce-0123").status == 200
    refused = through(sandbox, private, "vpce-0456")
    assert refused.status == 403
    assert refused.json()["Message"].endswith(" with an explicit deny")


def test_through_an_endpoint_the_address_is_vpc_source_ip_and_not_source_ip(sandbox: Any, private: Api) -> None:
    for key, status in (("aws:VpcSourceIp", 200), ("aws:SourceIp", 403)):
        private.definition.policy = policy(ALLOW | {"Condition": {"IpAddress": {key: "127.0.0.0/8"}}})
        private.deploy()
        assert through(sandbox, private, "vpce-0123").status == status


def test_the_name_with_the_endpoint_leads_to_an_associated_api_alone(sandbox: Any, private: Api) -> None:
    url = private.url().replace(API_ID, f"{API_ID}-vpce-0123", 1)
    assert sandbox.request("GET", url).status == 403
    private.definition.vpc_endpoint_ids = ["vpce-0123"]
    private.deploy()
    assert sandbox.request("GET", url).status == 200


def test_an_endpoints_public_name_takes_the_api_from_a_header(sandbox: Any, private: Api) -> None:
    url = "https://vpce-0123-abcd.execute-api.us-east-1.vpce.amazonaws.com/dev/"
    assert sandbox.request("GET", url, headers={"x-apigw-api-id": private.api.id}).status == 200
    assert sandbox.request("GET", url).status == 403


def add_endpoint(
    sandbox: Any, *, private_dns: bool = True, region: str = REGION, service: str = "execute-api", **values: Any
) -> tuple[str, str]:
    """Create an interface endpoint in a VPC of the function account; return its ID and the VPC's."""
    ec2 = sandbox.client("ec2", account="222222222222", region=region)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    made = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName=f"com.amazonaws.{region}.{service}",
        VpcEndpointType="Interface",
        PrivateDnsEnabled=private_dns,
        **values,
    )
    return made["VpcEndpoint"]["VpcEndpointId"], vpc


def test_the_endpoints_own_policy_is_asked_too(sandbox: Any, private: Api) -> None:
    only = ALLOW | {"Resource": "arn:aws:execute-api:us-east-1:111111111111:another/*"}
    endpoint, _ = add_endpoint(sandbox, PolicyDocument=policy(only))
    refused = through(sandbox, private, endpoint)
    assert refused.status == 403
    assert "VPC endpoint policy" in refused.json()["Message"]
    open_endpoint, _ = add_endpoint(sandbox)
    assert through(sandbox, private, open_endpoint).status == 200


@pytest.mark.parametrize("elsewhere", [{"region": "eu-west-1"}, {"service": "lambda"}])
def test_an_endpoint_leads_to_execute_api_of_its_own_region_alone(
    sandbox: Any, private: Api, elsewhere: dict[str, Any]
) -> None:
    endpoint, _ = add_endpoint(sandbox, **elsewhere)
    reply = through(sandbox, private, endpoint)
    assert (reply.status, reply.json()) == FORBIDDEN


def test_the_vpc_of_an_endpoint_is_a_condition_key_and_in_the_context(sandbox: Any, private: Api) -> None:
    endpoint, vpc = add_endpoint(sandbox)
    private.definition.policy = policy(ALLOW | {"Condition": {"StringEquals": {"aws:SourceVpc": vpc}}})
    answer = {"application/json": '"$context.identity.vpceId $context.identity.vpcId"'}
    private.route("/", "GET", mock(response_templates=answer))
    private.deploy()
    assert through(sandbox, private, endpoint).json() == f"{endpoint} {vpc}"
    other, _ = add_endpoint(sandbox)
    assert through(sandbox, private, other).status == 403


@pytest.mark.parametrize(("private_dns", "status"), [(True, 200), (False, 403)])
def test_inside_a_vpc_the_apis_name_leads_to_the_endpoint_with_private_dns(
    sandbox: Any, private: Api, private_dns: bool, status: int
) -> None:
    _, vpc = add_endpoint(sandbox, private_dns=private_dns)
    reply = sandbox.request("GET", private.url(), headers={"x-sandbox-source-vpc": vpc})
    assert reply.status == status


def test_a_private_custom_domain_needs_an_association_and_its_policy(sandbox: Any, private: Api) -> None:
    store = sandbox.world.apigateway(API_ACCOUNT, REGION)
    domain = DomainName(name="inside.example.com", domain_id="abcd1234", endpoint_types=["PRIVATE"])
    domain.mappings = {"(none)": BasePathMapping(base_path="(none)", api_id=private.api.id, stage="dev")}
    store.domain_names["inside.example.com+abcd1234"] = domain
    url = "https://inside.example.com/"

    def status(vpce: str) -> int:
        return int(sandbox.request("GET", url, headers={"x-sandbox-source-vpce": vpce}).status)

    assert status("vpce-0123") == 403
    arn = f"arn:aws:apigateway:{REGION}:{API_ACCOUNT}:/domainnames/inside.example.com+abcd1234"
    store.domain_access["one"] = {"domainNameArn": arn, "accessAssociationSource": "vpce-0123"}
    assert status("vpce-0123") == 403
    domain.policy = policy(ALLOW)
    assert status("vpce-0123") == 200
    assert status("vpce-0456") == 403


@pytest.mark.parametrize(
    ("region", "suffix"),
    [
        ("us-east-1", "amazonaws.com.cn"),
        ("us-east-1", "amazonaws.eu"),
        ("cn-north-1", "amazonaws.com"),
        ("x", "amazonaws.com"),
    ],
)
def test_a_name_with_another_partitions_suffix_leads_to_no_api(sandbox: Any, region: str, suffix: str) -> None:
    api = add_api(sandbox.world, region=region)
    api.route("/", "GET", mock())
    api.deploy()
    reply = sandbox.request("GET", f"https://{API_ID}.execute-api.{region}.{suffix}/dev/")
    assert (reply.status, reply.json()) == FORBIDDEN


def test_nor_does_an_endpoints_name_with_one(sandbox: Any) -> None:
    api = add_api(sandbox.world, endpoint_type="PRIVATE")
    api.route("/", "GET", mock())
    api.deploy()
    url = "https://vpce-1-2.execute-api.us-east-1.vpce.amazonaws.com{}/dev/"
    for suffix in ("", ".cn"):
        sandbox.request("GET", url.format(suffix), headers={"x-apigw-api-id": API_ID})
        trace = sandbox.world.traces.last()
        assert ("ends with amazonaws.com.cn" in trace.deciding.summary) == bool(suffix)


@pytest.mark.parametrize("region", ["eu-isoe-west-1", "us-isof-east-1", "eusc-de-east-1", "us-isob-east-1"])
def test_every_partitions_apis_answer_under_its_suffix(sandbox: Any, region: str) -> None:
    api = add_api(sandbox.world, region=region)
    api.route("/", "GET", mock())
    api.deploy()
    suffix = dns_suffix(partition_of_region(region))
    assert sandbox.request("GET", f"https://{API_ID}.execute-api.{region}.{suffix}/dev/").status == 200
