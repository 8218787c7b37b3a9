"""Private custom domains that share a name, which AWS allows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cross_account_sandbox.apigateway.model.domain_name import BasePathMapping, DomainName
from sandbox_testing.build import API_ACCOUNT, REGION, add_api, mock

if TYPE_CHECKING:
    from cross_account_sandbox.world import World

NAME = "inside.example.com"
EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
OPEN = json.dumps({"Version": "2012-10-17", "Statement": [EVERYTHING]})


def add_domain(world: World, domain_id: str, *, base_path: str, api_id: str, vpce: str, policy: str = OPEN) -> None:
    """Create a private domain of that name with one mapping, which one endpoint can access."""
    store = world.apigateway(API_ACCOUNT, REGION)
    domain = DomainName(name=NAME, domain_id=domain_id, endpoint_types=["PRIVATE"], policy=policy)
    domain.mappings = {base_path: BasePathMapping(base_path=base_path, api_id=api_id, stage="dev")}
    store.domain_names[f"{NAME}+{domain_id}"] = domain
    arn = f"arn:aws:apigateway:{REGION}:{API_ACCOUNT}:/domainnames/{NAME}+{domain_id}"
    store.domain_access[domain_id] = {"domainNameArn": arn, "accessAssociationSource": vpce}


def test_of_domains_of_one_name_that_answers_which_the_endpoint_is_associated_with(sandbox: Any) -> None:
    api = add_api(sandbox.world, endpoint_type="PRIVATE")
    api.route("/", "GET", mock())
    api.definition.policy = OPEN
    api.deploy()
    add_domain(sandbox.world, "first", base_path="a", api_id=api.api.id, vpce="vpce-0123")
    add_domain(sandbox.world, "second", base_path="b", api_id=api.api.id, vpce="vpce-0456")

    def status(path: str, vpce: str) -> int:
        return int(sandbox.request("GET", f"https://{NAME}/{path}/", headers={"x-sandbox-source-vpce": vpce}).status)

    assert (status("a", "vpce-0123"), status("b", "vpce-0123")) == (200, 403)
    assert (status("a", "vpce-0456"), status("b", "vpce-0456")) == (403, 200)


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"IpAddress": {"aws:VpcSourceIp": "127.0.0.0/8"}}, 200),
        ({"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}}, 403),
        ({"NotIpAddress": {"aws:VpcSourceIp": "127.0.0.0/8"}}, 403),
        ({"Null": {"aws:SourceIp": "true"}}, 200),
        ({"StringEquals": {"aws:SourceVpc": "{vpc}"}}, 200),
        ({"StringNotEquals": {"aws:SourceVpc": "{vpc}"}}, 403),
        ({"StringLike": {"aws:UserAgent": "tests/*"}}, 200),
        ({"StringEquals": {"aws:Referer": "https://example.com/"}}, 200),
    ],
)
def test_the_domains_policy_sees_where_a_request_comes_from(
    sandbox: Any, condition: dict[str, dict[str, str]], status: int
) -> None:
    api = add_api(sandbox.world, endpoint_type="PRIVATE")
    api.route("/", "GET", mock())
    api.definition.policy = OPEN
    api.deploy()
    ec2 = sandbox.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    asked = {"VpcId": vpc, "ServiceName": f"com.amazonaws.{REGION}.execute-api", "VpcEndpointType": "Interface"}
    vpce = ec2.create_vpc_endpoint(**asked)["VpcEndpoint"]["VpcEndpointId"]
    statement = EVERYTHING | {"Condition": json.loads(json.dumps(condition).replace("{vpc}", vpc))}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    add_domain(sandbox.world, "first", base_path="a", api_id=api.api.id, vpce=vpce, policy=policy)
    headers = {"x-sandbox-source-vpce": vpce, "User-Agent": "tests/1", "Referer": "https://example.com/"}
    assert sandbox.request("GET", f"https://{NAME}/a/", headers=headers).status == status
