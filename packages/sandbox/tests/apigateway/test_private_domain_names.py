"""Private custom domain names, and which accounts can associate VPC endpoints with them."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox_testing.documents import document, mock

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.server import SandboxUnderTest

Json = dict[str, Any]
Refusal = tuple[int, str, str]
NAME = "api.example.com"
PROVIDER, CONSUMER = "111111111111", "222222222222"


@pytest.fixture
def api(served: Callable[..., Json]) -> Json:
    return served(document({"/pets": {"get": mock()}}))


OPEN = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
        ],
    }
)


@pytest.fixture
def private(gateway: Any, certificate: Callable[..., str]) -> Json:
    made: Json = gateway.create_domain_name(
        domainName=NAME,
        certificateArn=certificate(),
        endpointConfiguration={"types": ["PRIVATE"]},
        policy=OPEN,
    )
    return made


def associate(client: Any, domain: Json, vpce: str = "vpce-1") -> Json:
    answer: Json = client.create_domain_name_access_association(
        domainNameArn=domain["domainNameArn"], accessAssociationSourceType="VPCE", accessAssociationSource=vpce
    )
    return answer


def test_a_private_domain_is_known_by_name_and_id(gateway: Any, private: Json, refusal: Callable[..., Refusal]) -> None:
    key = f"{NAME}+{private['domainNameId']}"
    assert private["domainNameArn"] == f"arn:aws:apigateway:us-east-1:{PROVIDER}:/domainnames/{key}"
    got = gateway.get_domain_name(domainName=NAME, domainNameId=private["domainNameId"])
    # Plain JSON: the AWS provider reads this policy unescaped, but expects a REST API's policy escaped again.
    resource = json.loads(got["policy"])["Statement"][0]["Resource"]
    assert resource == f"arn:aws:execute-api:us-east-1:{PROVIDER}:/domainnames/{key}/*"
    assert refusal(gateway.get_domain_name, domainName=NAME)[1] == "NotFoundException"


def test_private_domains_may_share_a_name(gateway: Any, private: Json, certificate: Callable[..., str]) -> None:
    second = gateway.create_domain_name(
        domainName=NAME, certificateArn=certificate(), endpointConfiguration={"types": ["PRIVATE"]}
    )
    assert second["domainNameId"] != private["domainNameId"]


def test_a_private_domain_maps_to_private_apis_only(
    gateway: Any, private: Json, api: Json, refusal: Callable[..., Refusal]
) -> None:
    names = {"domainName": NAME, "domainNameId": private["domainNameId"]}
    assert refusal(gateway.create_base_path_mapping, **names, restApiId=api["id"], stage="dev")[0] == 400


def test_an_association_is_made_in_the_endpoints_account_and_listed_there(gateway: Any, private: Json) -> None:
    made = associate(gateway, private)
    key = f"{NAME}+{private['domainNameId']}"
    assert made["domainNameAccessAssociationArn"] == (
        f"arn:aws:apigateway:us-east-1:{PROVIDER}:/domainnameaccessassociations/domainname/{key}/vpcesource/vpce-1"
    )
    assert len(gateway.get_domain_name_access_associations()["items"]) == 1
    gateway.delete_domain_name_access_association(domainNameAccessAssociationArn=made["domainNameAccessAssociationArn"])
    assert gateway.get_domain_name_access_associations()["items"] == []


@pytest.mark.parametrize(
    ("changes", "admitted"),
    [
        ({"Condition": {"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}}, True),
        ({"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}, False),
        ({"Condition": {"Bool": {"aws:ViaAWSService": "true"}}}, False),
        ({"Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}}, True),
        ({"Principal": {"AWS": f"arn:aws:iam::{CONSUMER}:role/sandbox-operator"}}, True),
        ({"Principal": {"AWS": f"arn:aws:iam::{PROVIDER}:root"}}, False),
    ],
)
def test_the_management_policy_is_asked_about_the_caller(
    sandbox: SandboxUnderTest, gateway: Any, private: Json, changes: Json, admitted: bool
) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "apigateway:CreateAccessAssociation",
        "Resource": private["domainNameArn"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement | changes]})
    gateway.update_domain_name(
        domainName=NAME,
        domainNameId=private["domainNameId"],
        patchOperations=[{"op": "replace", "path": "/managementPolicy", "value": policy}],
    )
    consumer = sandbox.client("apigateway", account=CONSUMER)
    with nullcontext() if admitted else pytest.raises(ClientError, match="AccessDenied"):
        associate(consumer, private, "vpce-2")
    assert len(consumer.get_domain_name_access_associations()["items"]) == admitted


def test_another_account_associates_only_where_the_management_policy_lets_it(
    sandbox: SandboxUnderTest, gateway: Any, private: Json, refusal: Callable[..., Refusal]
) -> None:
    consumer = sandbox.client("apigateway", account=CONSUMER)
    request = {
        "domainNameArn": private["domainNameArn"],
        "accessAssociationSourceType": "VPCE",
        "accessAssociationSource": "vpce-2",
    }
    status, code, message = refusal(consumer.create_domain_name_access_association, **request)
    assert (status, code) == (403, "AccessDeniedException")
    assert private["domainNameArn"] in message
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": [CONSUMER]},
        "Action": "apigateway:CreateAccessAssociation",
        "Resource": private["domainNameArn"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    gateway.update_domain_name(
        domainName=NAME,
        domainNameId=private["domainNameId"],
        patchOperations=[{"op": "replace", "path": "/managementPolicy", "value": policy}],
    )
    got = gateway.get_domain_name(domainName=NAME, domainNameId=private["domainNameId"])
    assert json.loads(got["managementPolicy"]) == json.loads(policy)
    made = associate(consumer, private, "vpce-2")
    others = gateway.get_domain_name_access_associations(resourceOwner="OTHER_ACCOUNTS")["items"]
    assert [one["domainNameAccessAssociationArn"] for one in others] == [made["domainNameAccessAssociationArn"]]
    gateway.reject_domain_name_access_association(
        domainNameAccessAssociationArn=made["domainNameAccessAssociationArn"],
        domainNameArn=private["domainNameArn"],
    )
    assert consumer.get_domain_name_access_associations()["items"] == []


def test_another_account_associates_what_is_shared_with_it(
    sandbox: SandboxUnderTest, private: Json, refusal: Callable[..., Refusal]
) -> None:
    ram = sandbox.client("ram")
    ram.create_resource_share(name="domain", resourceArns=[private["domainNameArn"]], principals=[CONSUMER])
    consumer = sandbox.client("apigateway", account=CONSUMER)
    request = {
        "domainNameArn": private["domainNameArn"],
        "accessAssociationSourceType": "VPCE",
        "accessAssociationSource": "vpce-2",
    }
    assert refusal(consumer.create_domain_name_access_association, **request)[1] == "AccessDeniedException"
    theirs = sandbox.client("ram", account=CONSUMER)
    invitation = theirs.get_resource_share_invitations()["resourceShareInvitations"][0]
    theirs.accept_resource_share_invitation(resourceShareInvitationArn=invitation["resourceShareInvitationArn"])
    assert associate(consumer, private, "vpce-2")["accessAssociationSource"] == "vpce-2"
