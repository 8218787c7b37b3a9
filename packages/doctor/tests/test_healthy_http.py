"""The doctor recognizes HTTP APIs, and reports nothing for a working one, in every variant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from doctor_testing.command import API_ACCOUNT, FUNCTION_ACCOUNT
from doctor_testing.faults import with_role
from doctor_testing.faults.http import with_authorizer
from doctor_testing.http_deployments import HttpDeployment

if TYPE_CHECKING:
    from collections.abc import Callable

    from doctor_testing.command import Said
    from sandbox_testing.server import SandboxUnderTest


def _accuses_nothing(said: Said) -> None:
    assert said.report["findings"] == [], said.causes
    assert said.code == 0


@pytest.fixture
def new(sandbox: SandboxUnderTest) -> HttpDeployment:
    return HttpDeployment(sandbox, api_account=API_ACCOUNT, function_account=FUNCTION_ACCOUNT)


def _root_stage(deployment: HttpDeployment) -> None:
    deployment.stage = "$default"


def _by_hand(deployment: HttpDeployment) -> None:
    deployment.auto_deploy = False


def _abroad(deployment: HttpDeployment) -> None:
    deployment.function_region = "eu-west-1"


def _without_alias(deployment: HttpDeployment) -> None:
    deployment.alias = None


def _plain_arn(deployment: HttpDeployment) -> None:
    deployment.plain_arn = True


def _wide_routes(deployment: HttpDeployment) -> None:
    deployment.routes = [("ANY", "/"), ("GET", "/pets/{petId}"), ("ANY", "/{proxy+}"), ("$default", "")]


@pytest.mark.parametrize(
    "change", [_root_stage, _by_hand, _abroad, _without_alias, _plain_arn, _wide_routes, with_role]
)
def test_a_handmade_http_api_has_no_findings(
    change: Callable[[HttpDeployment], None], new: HttpDeployment, examined: Callable[..., Said]
) -> None:
    change(new)
    new.make()
    assert new.get("/").status == 200
    said = examined(new, "--call")
    _accuses_nothing(said)
    assert said.report["api"]["protocol"] == "HTTP"
    assert said.report["routes"] == len(new.routes)
    (call,) = (hop for hop in said.report["hops"] if hop["name"] == "call")
    assert call["notes"][0].endswith("returned 200")


def test_an_authorizer_in_the_function_s_account_has_no_findings(
    new: HttpDeployment, examined: Callable[..., Said]
) -> None:
    new.make()
    with_authorizer(new)
    assert new.get("/", Authorization="token").status == 200
    _accuses_nothing(examined(new))


def test_a_function_of_the_api_s_account_in_a_stage_variable_has_no_findings(
    sandbox: SandboxUnderTest, examined: Callable[..., Said]
) -> None:
    deployment = HttpDeployment(sandbox, api_account=API_ACCOUNT, function_account=API_ACCOUNT)
    deployment.plain_arn = True
    deployment.make()
    deployment.set_variable("fn", "hello")
    deployment.point_to(deployment.arn.replace(":hello:", ":${stageVariables.fn}:"))
    assert deployment.get("/").status == 200
    _accuses_nothing(examined(deployment))


def test_calls_of_other_services_and_of_http_backends_call_no_function(
    new: HttpDeployment, examined: Callable[..., Said]
) -> None:
    new.make()
    other = [
        {"IntegrationType": "HTTP_PROXY", "IntegrationUri": "https://example.org", "IntegrationMethod": "GET"},
        {"IntegrationType": "AWS_PROXY", "IntegrationSubtype": "SQS-SendMessage", "CredentialsArn": "arn:aws:iam::1"},
    ]
    for number, members in enumerate(other):
        target = new.gateway.create_integration(ApiId=new.api_id, PayloadFormatVersion="1.0", **members)
        new.gateway.create_route(
            ApiId=new.api_id, RouteKey=f"POST /{number}", Target=f"integrations/{target['IntegrationId']}"
        )
    _accuses_nothing(examined(new))


def test_one_route_can_be_checked_separately(new: HttpDeployment, examined: Callable[..., Said]) -> None:
    new.routes = [("GET", "/"), ("$default", "")]
    new.make()
    new.forget_permissions()
    new.permit("GET", "/")
    _accuses_nothing(examined(new, "--route", "GET /"))
    assert examined(new, "--route", "$default").report["findings"][0]["routes"] == ["$default"]
    assert examined(new, "--route", "PUT /users").report["findings"][0]["routes"] == ["$default"]


def test_a_route_that_is_not_there_is_named(new: HttpDeployment, examined: Callable[..., Said]) -> None:
    said = examined(new.make(), "--route", "GET /users")
    assert said.broken == ["route"]
    assert "the request gets 404 Not Found" in said.causes


def test_a_custom_domain_opens_an_api_whose_default_endpoint_is_disabled(
    new: HttpDeployment, examined: Callable[..., Said]
) -> None:
    new.make()
    new.gateway.update_api(ApiId=new.api_id, DisableExecuteApiEndpoint=True)
    certificate = new.sandbox.client("acm", API_ACCOUNT).request_certificate(DomainName="pets.example.org")
    configuration = {"CertificateArn": certificate["CertificateArn"], "EndpointType": "REGIONAL"}
    new.gateway.create_domain_name(DomainName="pets.example.org", DomainNameConfigurations=[configuration])
    assert examined(new).broken == ["stage"]
    new.gateway.create_api_mapping(ApiId=new.api_id, DomainName="pets.example.org", Stage=new.stage)
    _accuses_nothing(examined(new))


@pytest.mark.parametrize(
    ("log_format", "words"),
    [
        (None, "access logging is off"),
        ("$context.requestId", "has no $context.integrationErrorMessage"),
        ("$context.requestId $context.integrationErrorMessage", None),
    ],
)
def test_an_access_log_that_would_not_say_why_is_a_note(
    log_format: str | None, words: str | None, new: HttpDeployment, examined: Callable[..., Said]
) -> None:
    new.make()
    if log_format:
        group = f"arn:aws:logs:us-east-1:{API_ACCOUNT}:log-group:/http/access"
        new.sandbox.client("logs", API_ACCOUNT).create_log_group(logGroupName="/http/access")
        settings = {"DestinationArn": group, "Format": log_format}
        new.gateway.update_stage(ApiId=new.api_id, StageName=new.stage, AccessLogSettings=settings)
    said = examined(new)
    _accuses_nothing(said)
    (notes,) = (hop["notes"] for hop in said.report["hops"] if hop["name"] == "logging")
    assert [words in note for note in notes] == ([True] if words else [])
