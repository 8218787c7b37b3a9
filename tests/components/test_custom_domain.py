"""A custom domain: certificate, policy, mappings and records."""

from __future__ import annotations

from typing import Any

import pytest

from cross_account_api.rest.custom_domain import BasePath, CustomDomain, CustomDomainArgs
from cross_account_api.testing import Recording, record
from tests.components.builders import API, THIRD, account
from tests.components.test_refusals import refusal

CERTIFICATE = f"arn:aws:acm:eu-west-1:{API}:certificate/a"


def program(*, region: str = "eu-west-1", paths: tuple[str, ...] = ("v1",), dns: bool = False, **changes: Any) -> Any:
    """Create a domain for an API in that Region, by default with a zone in the API's account; returns its URL."""

    def run() -> dict[str, Any]:
        given: dict[str, Any] = {"zone_id": "Z1", **changes}
        domain = CustomDomain(
            "shop",
            CustomDomainArgs(
                api_account=account(API, region),
                domain_name="api.example.com",
                mappings=[BasePath(api_id="a1b2c3d4e5", stage_name="dev", base_path=path) for path in paths],
                dns_account=account(THIRD, region) if dns else None,
                **given,
            ),
        )
        return {"url": domain.url}

    return run


def made(**changes: Any) -> Recording:
    """The resources that the program registers; certificates have validation options."""
    return record(program(**changes), preview=True)


@pytest.mark.parametrize(("endpoint", "region"), [("REGIONAL", "eu-west-1"), ("EDGE", "us-east-1")])
def test_the_certificate_and_its_validation_are_in_the_endpoint_types_region(endpoint: str, region: str) -> None:
    recording = made(endpoint_type=endpoint)

    assert recording.one("Certificate").inputs["region"] == region
    assert recording.one("CertificateValidation").inputs["region"] == region


@pytest.mark.parametrize(
    ("region", "endpoint", "policy", "mode"),
    [
        ("eu-west-1", "REGIONAL", "SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09", "BASIC"),
        ("eu-west-1", "EDGE", "SecurityPolicy_TLS12_PFS_2025_EDGE", "BASIC"),
        ("us-gov-west-1", "REGIONAL", "TLS_1_2", None),
        ("cn-north-1", "REGIONAL", "TLS_1_2", None),
    ],
)
def test_the_tls_policy_is_the_newest_of_partition_and_endpoint_type(
    region: str, endpoint: str, policy: str, mode: str | None
) -> None:
    domain = made(region=region, endpoint_type=endpoint).one("DomainName")

    assert (domain.inputs["securityPolicy"], domain.inputs.get("endpointAccessMode")) == (policy, mode)


def test_records_land_in_the_zones_account_and_the_domain_in_the_apis() -> None:
    recording = made(dns=True)

    assert {each.provider for each in recording.all("record:Record")} == {"third"}
    assert {each.provider for each in recording.all("DomainName") + recording.all("BasePathMapping")} == {"api"}


def test_the_domain_waits_until_its_certificate_is_issued() -> None:
    recording = made()

    assert recording.one("DomainName").depends_on(recording.one("CertificateValidation"))


@pytest.mark.parametrize(("endpoint", "region"), [("REGIONAL", "eu-west-1"), ("EDGE", "us-east-1")])
def test_the_record_points_to_name_and_zone_of_the_endpoint(endpoint: str, region: str) -> None:
    targets = {"regionalDomainName": "d.REGIONAL", "regionalZoneId": "z.REGIONAL"}
    targets |= {"cloudfrontDomainName": "d.EDGE", "cloudfrontZoneId": "z.EDGE"}
    answers = {"DomainName": targets}
    certificate = CERTIFICATE.replace("eu-west-1", region)
    recording = record(program(endpoint_type=endpoint, certificate_arn=certificate), answers=answers)

    (alias,) = recording.one("record:Record").inputs["aliases"]
    assert (alias["name"], alias["zoneId"]) == (f"d.{endpoint}", f"z.{endpoint}")


def test_a_given_certificate_is_used_and_none_is_made() -> None:
    recording = made(certificate_arn=CERTIFICATE)

    assert recording.all("Certificate") == []
    assert recording.one("DomainName").inputs["regionalCertificateArn"] == CERTIFICATE


def test_without_a_zone_no_record_is_made() -> None:
    assert made(certificate_arn=CERTIFICATE, zone_id=None).all("record:Record") == []


def test_an_empty_base_path_maps_the_whole_domain() -> None:
    assert "basePath" not in made(paths=("",)).one("BasePathMapping").inputs


def test_a_base_path_of_one_level_stays_a_v1_mapping_and_one_of_several_becomes_a_v2_mapping() -> None:
    recording = made(paths=("v1", "orders/v2", ""))

    assert [each.inputs.get("basePath") for each in recording.all("BasePathMapping")] == ["v1", None]
    mapping = recording.one("apigatewayv2/apiMapping:ApiMapping")
    assert mapping.inputs == {
        "apiId": "a1b2c3d4e5",
        "apiMappingKey": "orders/v2",
        "domainName": "api.example.com",
        "stage": "dev",
    }
    assert (mapping.name, mapping.provider) == ("shop-orders/v2-mapping", "api")


def test_the_url_has_every_level_of_the_first_base_path() -> None:
    recording = record(program(paths=("orders/v2",), certificate_arn=CERTIFICATE))

    assert recording.outputs["url"] == "https://api.example.com/orders/v2"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"paths": ()}, "mappings: a domain without a mapping answers 403 to everything"),
        ({"paths": ("v1", "v1")}, "base_path 'v1': it is listed twice; remove one"),
        ({"paths": ("/v1",)}, "base_path '/v1': remove the leading and trailing slashes"),
        ({"paths": ("a//b",)}, "base_path 'a//b': an API mapping can have letters, digits and"),
        ({"paths": ("a b",)}, "base_path 'a b': an API mapping can have letters, digits and"),
        ({"paths": ("a" * 301,)}, "at most 300 characters in total"),
        ({"paths": ("a/b",), "endpoint_type": "EDGE"}, "base_path 'a/b': only a Regional domain"),
        ({"paths": ("a/b",), "security_policy": "TLS_1_0"}, "base_path 'a/b': only a Regional domain with TLS 1.2"),
        ({"zone_id": None}, "give zone_id (the hosted zone) or certificate_arn (an issued certificate)"),
        (
            {"certificate_arn": CERTIFICATE, "endpoint_type": "EDGE"},
            "is in eu-west-1; a domain of type EDGE needs one in us-east-1",
        ),
        (
            {"certificate_arn": CERTIFICATE.replace("arn:aws:", "arn:aws-cn:")},
            "is in partition aws-cn; name a certificate in the domain's, aws",
        ),
        ({"certificate_arn": "x"}, "certificate_arn: 'x' is not an ARN"),
        ({"region": "cn-north-1", "endpoint_type": "EDGE"}, "partition aws-cn has no edge endpoints; use REGIONAL"),
    ],
)
def test_an_invalid_domain_is_refused_before_anything_is_created(changes: dict[str, Any], told: str) -> None:
    assert told in refusal(program(**changes))
