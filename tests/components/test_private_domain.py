"""A private custom domain across accounts: each resource's account, the allowed callers, and the order."""

from __future__ import annotations

from typing import Any

import pytest

from cross_account_api.private.private_domain import PrivateDomain, PrivateDomainArgs, PrivateRecord
from cross_account_api.rest.custom_domain import BasePath
from cross_account_api.rest.resource_policies import vpc_endpoints_policy
from cross_account_api.testing import Recording, record
from tests.components.builders import API, THIRD, account
from tests.components.test_refusals import refusal

CERTIFICATE = f"arn:aws:acm:eu-west-1:{API}:certificate/a"
ENDPOINT = "vpce-0123456789abcdef0"
RECORD = PrivateRecord(
    vpc_id="vpc-1", dns_name=f"{ENDPOINT}-x.execute-api.eu-west-1.vpce.amazonaws.com", dns_zone_id="Z2"
)
DOMAIN_ARN = f"arn:aws:apigateway:eu-west-1:{API}:/domainnames/orders.internal.example.com+abc123"
ANSWERS = {"DomainName": {"arn": DOMAIN_ARN, "domainNameId": "abc123"}}


def program(
    *, client: str = THIRD, client_region: str = "eu-west-1", paths: tuple[str, ...] = ("v1",), **changes: Any
) -> Any:
    """A private domain of 111111111111 for an endpoint in 333333333333."""

    def run() -> dict[str, Any]:
        given: dict[str, Any] = {
            "domain_name": "orders.internal.example.com",
            "certificate_arn": CERTIFICATE,
            "record": RECORD,
            **changes,
        }
        owner = account(API)
        domain = PrivateDomain(
            "orders",
            PrivateDomainArgs(
                api_account=owner,
                client_account=owner if client == API else account(client, client_region),
                mappings=[BasePath(api_id="a1b2c3d4e5", stage_name="dev", base_path=path) for path in paths],
                vpc_endpoint_id=ENDPOINT,
                **given,
            ),
        )
        return {"url": domain.url, "arn": domain.arn}

    return run


def made(*, preview: bool = False, **changes: Any) -> Recording:
    """The resources that the program registers."""
    return record(program(**changes), preview=preview, answers=ANSWERS)


def test_domain_mapping_and_share_lie_in_the_apis_account_and_the_rest_in_the_clients() -> None:
    placed: dict[str, set[str]] = {}
    for each in made().in_aws:
        placed.setdefault(each.provider, set()).add(each.type.rpartition(":")[2])

    assert placed == {
        "api": {"DomainName", "BasePathMapping", "ResourceShare", "ResourceAssociation", "PrincipalAssociation"},
        "third": {"ResourceShareAccepter", "DomainNameAccessAssociation", "Zone", "Record"},
    }


def test_the_domain_denies_what_does_not_come_through_the_clients_endpoint() -> None:
    domain = made().one("DomainName")

    # AWS returns `execute-api:/*` with the domain's ARN, which would be a change at every `pulumi up`.
    assert domain.document("policy") == vpc_endpoints_policy([ENDPOINT], resource="*")
    assert {each["Resource"] for each in domain.document("policy")["Statement"]} == {"*"}
    assert domain.inputs["endpointConfiguration"] == {"types": "PRIVATE"}
    assert (domain.inputs["certificateArn"], domain.inputs["securityPolicy"]) == (CERTIFICATE, "TLS_1_2")


def test_the_mapping_names_the_domain_by_its_id_for_its_name_is_not_unique() -> None:
    mapping = made().one("BasePathMapping").inputs

    assert mapping["domainNameId"] == "abc123"
    assert (mapping["basePath"], mapping["restApi"], mapping["stageName"]) == ("v1", "a1b2c3d4e5", "dev")


def test_the_domain_is_shared_with_the_clients_account_which_accepts() -> None:
    recording = made()
    share = recording.one("ResourceShare")

    assert share.inputs["allowExternalPrincipals"] is True
    assert recording.one("ResourceAssociation").inputs["resourceArn"] == DOMAIN_ARN
    assert recording.one("PrincipalAssociation").inputs["principal"] == THIRD
    accepted = recording.one("ResourceShareAccepter")
    assert accepted.inputs["shareArn"] == share.state["arn"]
    assert accepted.depends_on(recording.one("PrincipalAssociation"))


def test_the_clients_endpoint_is_associated_once_the_share_is_accepted() -> None:
    recording = made()
    association = recording.one("DomainNameAccessAssociation")

    assert association.inputs["accessAssociationSource"] == ENDPOINT
    assert association.inputs["accessAssociationSourceType"] == "VPCE"
    assert association.inputs["domainNameArn"] == DOMAIN_ARN
    assert association.depends_on(recording.one("ResourceShareAccepter"))
    assert association.depends_on(recording.one("ResourceAssociation"))


def test_within_one_organization_nothing_is_accepted_and_no_outsider_is_allowed() -> None:
    recording = made(sharing="organization")

    assert recording.all("ResourceShareAccepter") == []
    assert recording.one("ResourceShare").inputs["allowExternalPrincipals"] is False
    assert recording.one("DomainNameAccessAssociation").depends_on(recording.one("PrincipalAssociation"))


def test_within_one_account_nothing_is_shared() -> None:
    recording = made(client=API)

    assert [each.type for each in recording.in_aws if ":ram/" in each.type] == []
    assert recording.one("DomainNameAccessAssociation").provider == "api"


def test_the_name_resolves_to_the_endpoint_only_in_that_vpc() -> None:
    recording = made()
    zone, entry = recording.one("Zone"), recording.one("record:Record")

    assert zone.inputs["name"] == "orders.internal.example.com"
    assert zone.inputs["vpcs"] == [{"vpcId": "vpc-1", "vpcRegion": "eu-west-1"}]
    assert entry.inputs["aliases"] == [{"name": RECORD.dns_name, "zoneId": "Z2", "evaluateTargetHealth": False}]


def test_without_a_record_no_zone_is_made() -> None:
    recording = made(record=None)

    assert recording.all("Zone") + recording.all("record:Record") == []


@pytest.mark.parametrize(
    ("paths", "url"),
    [(("v1",), "https://orders.internal.example.com/v1"), (("",), "https://orders.internal.example.com")],
)
def test_the_url_is_that_of_the_first_mapping(paths: tuple[str, ...], url: str) -> None:
    assert made(paths=paths).outputs["url"] == url


def test_a_first_preview_knows_nothing_and_does_not_fail() -> None:
    assert len(made(preview=True).in_aws) == len(made().in_aws)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"client_region": "us-east-1"}, "the endpoint's Region us-east-1 is not the domain's, eu-west-1"),
        ({"paths": ()}, "mappings: a domain without a mapping answers 403 to everything"),
        ({"certificate_arn": f"arn:aws-cn:acm:eu-west-1:{API}:certificate/a"}, "is in partition aws-cn"),
        ({"paths": ("orders/v1",)}, "base_path 'orders/v1': only a Regional domain"),
        ({"paths": ("/v1",)}, "base_path '/v1': remove the leading and trailing slashes"),
        ({"domain_name": "*.example.com"}, "domain_name '*.example.com': callers need a name without a wildcard"),
        ({"certificate_arn": "x"}, "certificate_arn: 'x' is not an ARN"),
        (
            {"certificate_arn": CERTIFICATE.replace("eu-west-1", "us-east-1")},
            "is in us-east-1; a domain of type PRIVATE needs one in eu-west-1",
        ),
    ],
)
def test_an_invalid_private_domain_is_refused_before_anything_is_created(changes: dict[str, Any], told: str) -> None:
    assert told in refusal(program(**changes))
