"""A custom domain changes its endpoint type in place, in both directions, without failing requests."""

from __future__ import annotations

from cross_account_sandbox.server import RunningSandbox
from tests.engine.cli import ROOT
from tests.engine.stacks import Engine
from tests.engine.traffic import Traffic


def test_changing_a_custom_domain_to_edge_and_back_fails_no_request(engine: Engine, sandbox: RunningSandbox) -> None:
    stack = engine.stack(endpoint=sandbox.endpoint, project=ROOT / "examples" / "custom-domain")
    stack.up()
    with Traffic(f"{sandbox.endpoint}/_aws/domain-names/api.example.com/v1/orders") as traffic:
        stack.settings["endpointType"] = "EDGE"
        there = stack.up()
        stack.settings["endpointType"] = "REGIONAL"
        back = stack.up()

    assert there.touched == {
        "Certificate shop-certificate": "replace",
        "CertificateValidation shop-certificate-issued": "replace",
        "DomainName shop-domain": "update",
        "Record shop-record": "update",
        "RestApi shop": "update",
        "Deployment shop-deployment": "replace",
        "Stage shop-stage": "update",
    }
    assert back.touched == there.touched
    assert stack.up().touched == {}
    assert stack.refresh().touched == {}
    assert sum(traffic.answers.values()) > 20
    assert set(traffic.answers) == {200}, f"{dict(traffic.answers)}: {traffic.refused}"
    stack.destroy()
