"""Public custom domain names and their base path mappings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from sandbox_testing.documents import document, mock

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.server import SandboxUnderTest

Json = dict[str, Any]
Refusal = tuple[int, str, str]
NAME = "api.example.com"


@pytest.fixture
def regional(gateway: Any, certificate: Callable[..., str]) -> Json:
    made: Json = gateway.create_domain_name(
        domainName=NAME,
        regionalCertificateArn=certificate(),
        endpointConfiguration={"types": ["REGIONAL"]},
        securityPolicy="TLS_1_2",
    )
    return made


@pytest.fixture
def api(served: Callable[..., Json]) -> Json:
    return served(document({"/pets": {"get": mock()}}))


def test_a_regional_domain_points_to_an_endpoint_of_its_region(regional: Json) -> None:
    assert re.fullmatch(r"d-[a-z0-9]{10}\.execute-api\.us-east-1\.amazonaws\.com", regional["regionalDomainName"])
    assert regional["regionalHostedZoneId"] == "Z1UJRXOUMOOFQ8"
    assert (regional["domainNameStatus"], regional["securityPolicy"]) == ("AVAILABLE", "TLS_1_2")


def test_an_edge_domain_takes_its_certificate_from_us_east_1_whatever_its_region(
    sandbox: SandboxUnderTest, certificate: Callable[..., str], refusal: Callable[..., Refusal]
) -> None:
    europe = sandbox.client("apigateway", region="eu-west-1")
    local = certificate(region="eu-west-1")
    assert refusal(europe.create_domain_name, domainName=NAME, certificateArn=local) == (
        400,
        "BadRequestException",
        f"Invalid certificate ARN: {local}. Certificate must be in 'us-east-1'.",
    )
    made = europe.create_domain_name(domainName=NAME, certificateArn=certificate())
    assert made["distributionDomainName"].endswith(".cloudfront.net")
    assert made["distributionHostedZoneId"] == "Z2FDTNDATAQYW2"
    assert made["endpointConfiguration"]["types"] == ["EDGE"]


def test_a_regional_domain_takes_its_certificate_from_its_own_region(
    sandbox: SandboxUnderTest, certificate: Callable[..., str], refusal: Callable[..., Refusal]
) -> None:
    europe = sandbox.client("apigateway", region="eu-west-1")
    arn = certificate()
    names = {"domainName": NAME, "endpointConfiguration": {"types": ["REGIONAL"]}}
    assert refusal(europe.create_domain_name, **names, regionalCertificateArn=arn) == (
        400,
        "BadRequestException",
        f"Invalid certificate ARN: {arn}. Certificate must be in 'eu-west-1'.",
    )
    europe.create_domain_name(**names, regionalCertificateArn=certificate(region="eu-west-1"))


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        ("arn:aws:acm:us-east-1:111111111111:certificate/none", "The provided certificate does not exist."),
        (
            "arn:aws:acm:us-east-1:222222222222:certificate/theirs",
            "The certificate provided must be owned by the account creating the domain.",
        ),
        ("nonsense", "Invalid certificate ARN: nonsense."),
    ],
)
def test_certificates_that_are_not_there(gateway: Any, refusal: Callable[..., Refusal], arn: str, message: str) -> None:
    names = {"domainName": NAME, "endpointConfiguration": {"types": ["REGIONAL"]}}
    assert refusal(gateway.create_domain_name, **names, regionalCertificateArn=arn)[2] == message


def test_a_certificate_covers_the_domain_or_its_wildcard_does(
    gateway: Any, certificate: Callable[..., str], refusal: Callable[..., Refusal]
) -> None:
    names = {"domainName": NAME, "endpointConfiguration": {"types": ["REGIONAL"]}}
    other = certificate("other.example.com")
    assert "does not cover" in refusal(gateway.create_domain_name, **names, regionalCertificateArn=other)[2]
    gateway.create_domain_name(**names, regionalCertificateArn=certificate("*.example.com"))


@pytest.mark.parametrize(
    ("policy", "mode", "code"),
    [
        ("TLS_9_9", None, "ValidationException"),
        ("SecurityPolicy_TLS13_1_3_2025_09", None, "BadRequestException"),
        ("SecurityPolicy_TLS13_2025_EDGE", "STRICT", "BadRequestException"),
    ],
    ids=["unknown", "enhanced without access mode", "an edge policy on a Regional domain"],
)
def test_security_policies_that_do_not_fit(
    gateway: Any,
    certificate: Callable[..., str],
    refusal: Callable[..., Refusal],
    policy: str,
    mode: str | None,
    code: str,
) -> None:
    names = {"domainName": NAME, "endpointConfiguration": {"types": ["REGIONAL"]}}
    more = {"endpointAccessMode": mode} if mode else {}
    refused = refusal(
        gateway.create_domain_name, **names, regionalCertificateArn=certificate(), securityPolicy=policy, **more
    )
    assert refused[:2] == (400, code)


def test_an_enhanced_security_policy_names_its_access_mode(gateway: Any, regional: Json) -> None:
    changed = gateway.update_domain_name(
        domainName=NAME,
        patchOperations=[
            {"op": "replace", "path": "/securityPolicy", "value": "SecurityPolicy_TLS13_1_3_2025_09"},
            {"op": "replace", "path": "/endpointAccessMode", "value": "STRICT"},
        ],
    )
    assert (changed["securityPolicy"], changed["endpointAccessMode"]) == ("SecurityPolicy_TLS13_1_3_2025_09", "STRICT")
    assert changed["regionalDomainName"] == regional["regionalDomainName"]


def test_a_public_name_is_used_once_in_all_accounts(
    sandbox: SandboxUnderTest, regional: Json, certificate: Callable[..., str], refusal: Callable[..., Refusal]
) -> None:
    assert regional["domainName"] == NAME
    other = sandbox.client("apigateway", account="222222222222", region="eu-west-1")
    arn = certificate(region="eu-west-1", account="222222222222")
    assert (
        refusal(
            other.create_domain_name,
            domainName=NAME,
            regionalCertificateArn=arn,
            endpointConfiguration={"types": ["REGIONAL"]},
        )[2]
        == "The domain name you provided already exists."
    )


def test_mappings_lead_paths_to_stages(
    gateway: Any, regional: Json, api: Json, refusal: Callable[..., Refusal]
) -> None:
    assert regional["domainName"] == NAME
    root = gateway.create_base_path_mapping(domainName=NAME, restApiId=api["id"], stage="dev")
    assert root["basePath"] == "(none)"
    assert refusal(gateway.create_base_path_mapping, domainName=NAME, basePath="", restApiId=api["id"]) == (
        409,
        "ConflictException",
        "Base path already exists for this domain name",
    )
    gateway.create_base_path_mapping(domainName=NAME, basePath="v1", restApiId=api["id"], stage="dev")
    moved = gateway.update_base_path_mapping(
        domainName=NAME, basePath="v1", patchOperations=[{"op": "replace", "path": "/basePath", "value": "v2"}]
    )
    assert moved == {**moved, "basePath": "v2", "restApiId": api["id"], "stage": "dev"}
    paths = [one["basePath"] for one in gateway.get_base_path_mappings(domainName=NAME)["items"]]
    assert paths == ["(none)", "v2"]
    gateway.delete_base_path_mapping(domainName=NAME, basePath="v2")
    assert refusal(gateway.get_base_path_mapping, domainName=NAME, basePath="v2") == (
        404,
        "NotFoundException",
        "Invalid base path mapping identifier specified",
    )
    assert (
        refusal(gateway.create_base_path_mapping, domainName=NAME, basePath="x", restApiId=api["id"], stage="none")[2]
        == "Invalid stage identifier specified"
    )


@pytest.mark.parametrize("path", ["v1/orders", "/v1", "v1/", "/"])
def test_a_v1_mapping_has_one_level(
    gateway: Any, regional: Json, api: Json, refusal: Callable[..., Refusal], path: str
) -> None:
    message = (
        "API Gateway V1 doesn't support the slash character (/) in base path mappings. "
        "To create a multi-level base path mapping, use API Gateway V2."
    )
    told = (400, "BadRequestException", message)
    names = {"domainName": regional["domainName"], "restApiId": api["id"], "stage": "dev"}
    assert refusal(gateway.create_base_path_mapping, **names, basePath=path) == told

    gateway.create_base_path_mapping(**names, basePath="v1")
    change = [{"op": "replace", "path": "/basePath", "value": path}]
    assert refusal(gateway.update_base_path_mapping, domainName=NAME, basePath="v1", patchOperations=change) == told


@pytest.mark.parametrize("path", ["a b", "a@b", "{id}", "a" * 301])
def test_a_v1_mapping_has_the_characters_of_a_base_path(
    gateway: Any, regional: Json, api: Json, refusal: Callable[..., Refusal], path: str
) -> None:
    names = {"domainName": regional["domainName"], "restApiId": api["id"], "stage": "dev"}
    assert refusal(gateway.create_base_path_mapping, **names, basePath=path)[:2] == (400, "BadRequestException")


def test_an_api_or_stage_to_which_a_domain_leads_cannot_be_deleted(
    gateway: Any, regional: Json, api: Json, refusal: Callable[..., Refusal]
) -> None:
    gateway.create_base_path_mapping(domainName=regional["domainName"], restApiId=api["id"], stage="dev")
    assert refusal(gateway.delete_stage, restApiId=api["id"], stageName="dev") == (
        400,
        "BadRequestException",
        f"Deleting stage dev failed. Please remove all base path mappings related to the stage in your domains: {NAME}",
    )
    assert refusal(gateway.delete_rest_api, restApiId=api["id"])[2].startswith(
        "Deleting RestApi failed. Please remove all base path mappings related to the RestApi in your domains"
    )
    gateway.delete_base_path_mapping(domainName=NAME, basePath="(none)")
    gateway.delete_rest_api(restApiId=api["id"])


def test_a_domains_tags_are_set_by_its_arn(gateway: Any, regional: Json) -> None:
    arn = f"arn:aws:apigateway:us-east-1::/domainnames/{regional['domainName']}"
    gateway.tag_resource(resourceArn=arn, tags={"team": "a"})
    assert gateway.get_domain_name(domainName=NAME)["tags"] == {"team": "a"}
