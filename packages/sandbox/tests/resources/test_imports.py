"""Imports by composite IDs that test_lifecycle.py does not cover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cross_account_sandbox.engine_plugin.plugin import Plugin
from cross_account_sandbox.resources.errors import HandlerError
from cross_account_sandbox.resources.table import HANDLERS
from sandbox_testing.scene import Scene

if TYPE_CHECKING:
    from cross_account_sandbox.resources.session import ProviderSession
    from sandbox_testing.resources import Login


def _imported(session: ProviderSession, token: str, identity: str) -> tuple[str, dict[str, Any]]:
    """The ID and inputs of an imported resource."""
    plugin = Plugin(HANDLERS, {}, lambda _settings: session)
    plugin.configure({})
    found = plugin.read(token, identity, {}, {})
    assert found is not None
    return found[0], found[1]


def test_a_record_whose_name_begins_with_an_underscore(login: Login) -> None:
    scene = Scene(login())
    zone = scene.zone()
    token, name = "aws:route53/record:Record", "_0123.www_a.example.com"
    scene.make(token, zoneId=zone, name=name, type="CNAME", ttl=60, records=["_4567.acm-validations.aws."])

    identity, inputs = _imported(scene.session, token, f"{zone}_{name}_CNAME")

    assert identity == f"{zone}_{name}_CNAME"
    assert (inputs["name"], inputs["type"]) == (name, "CNAME")


@pytest.mark.parametrize("by_arn", [False, True], ids=["name", "ARN"])
def test_a_statement_of_an_alias(login: Login, by_arn: bool) -> None:
    scene = Scene(login())
    function = scene.function()
    alias = scene.make("aws:lambda/alias:Alias", name="live", functionName=function, functionVersion="1")[0]
    token = "aws:lambda/permission:Permission"
    scene.make(
        token,
        function=function,
        qualifier="live",
        statementId="s",
        action="lambda:InvokeFunction",
        principal="apigateway.amazonaws.com",
    )

    identity, inputs = _imported(scene.session, token, f"{alias if by_arn else 'around:live'}/s")

    assert identity == "s"
    assert inputs["function"] == (alias.removesuffix(":live") if by_arn else "around")
    assert inputs["qualifier"] == "live"


def test_a_mapping_without_a_path(login: Login) -> None:
    scene = Scene(login())
    api, stage = scene.stage()
    token = "aws:apigateway/basePathMapping:BasePathMapping"
    made, _ = scene.make(token, domainName=scene.domain(), restApi=api, stageName=stage)

    identity, inputs = _imported(scene.session, token, "api.example.com/")

    assert identity == made == "api.example.com/"
    assert (inputs["restApi"], inputs["stageName"]) == (api, stage)
    assert "basePath" not in inputs


def test_a_mapping_of_an_http_api_by_its_id_before_its_domain(login: Login) -> None:
    scene = Scene(login())
    domain = scene.domain()
    api = scene.http_api()
    scene.make("aws:apigatewayv2/stage:Stage", apiId=api, name="dev", autoDeploy=True)
    token = "aws:apigatewayv2/apiMapping:ApiMapping"
    made, _ = scene.make(token, apiId=api, domainName=domain, stage="dev")

    identity, inputs = _imported(scene.session, token, f"{made}/{domain}")

    assert identity == made
    assert (inputs["domainName"], inputs["apiId"], inputs["stage"]) == (domain, api, "dev")


def test_a_certificate_with_other_names_and_another_key(login: Login) -> None:
    scene = Scene(login())
    given = {
        "domainName": "example.com",
        "subjectAlternativeNames": ["b.example.com", "a.example.com"],
        "validationMethod": "DNS",
        "keyAlgorithm": "RSA_2048",
    }
    token = "aws:acm/certificate:Certificate"
    made, _ = scene.make(token, **given)
    plugin = Plugin(HANDLERS, {}, lambda _settings: scene.session)

    _, inputs = _imported(scene.session, token, made)

    assert plugin.diff(token, inputs, given).changes == {}


def test_a_wait_for_a_certificate_is_nothing_to_import(login: Login) -> None:
    scene = Scene(login())
    token = "aws:acm/certificateValidation:CertificateValidation"

    with pytest.raises(HandlerError, match="cannot be imported"):
        _imported(scene.session, token, scene.certificate())
