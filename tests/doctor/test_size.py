"""Three hundred routes: quick, and no call made twice."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest

from components.arns import invoke_uri
from doctor.calls import MOST_A_SECOND, Calls

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.doctor.conftest import Said
    from tests.doctor.deployments import Deployment

ROUTES = 300


@pytest.fixture
def large(deployment: Deployment) -> Deployment:
    """The deployment with 300 routes more, by an import as real ones of this size are made."""
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": invoke_uri(deployment.arn)}
    operation = {"responses": {}, "x-amazon-apigateway-integration": integration}
    document = {
        "openapi": "3.0.1",
        "info": {"title": "large", "version": "1"},
        # The root is a resource as well, and 300 are all that an API may have.
        "paths": {"/": {"get": operation}, **{f"/items{number}": {"get": operation} for number in range(1, ROUTES)}},
    }
    deployment.gateway.put_rest_api(restApiId=deployment.api_id, mode="overwrite", body=json.dumps(document).encode())
    deployment.deploy()
    deployment.permit(source=f"{deployment.source_arn().removesuffix('/dev/GET/')}/dev/*")
    return deployment


def test_an_api_of_300_routes_is_looked_at_within_two_seconds(large: Deployment, examined: Callable[..., Said]) -> None:
    assert large.get("/items7").status == 200
    took = []
    for _ in range(3):  # the best of three: what else this machine does is not the doctor's
        started = time.perf_counter()
        said = examined(large)
        took.append(time.perf_counter() - started)
        assert said.report["routes"] == ROUTES
        assert said.code == 0
    assert min(took) < 2


def test_each_kind_of_resource_is_read_by_one_call(large: Deployment, examined: Callable[..., Said]) -> None:
    calls = examined(large).report["calls"]
    accounts = calls.pop("sts:GetCallerIdentity")
    assert accounts == 2
    assert set(calls.values()) == {1}, calls
    assert set(calls) == {
        "apigateway:GetAccount",
        "apigateway:GetDeployment",
        "apigateway:GetExport",
        "apigateway:GetResources",
        "apigateway:GetRestApi",
        "apigateway:GetStage",
        "lambda:GetFunction",
        "lambda:GetPolicy",
        "logs:FilterLogEvents",
    }


def test_a_fault_of_300_routes_is_one_finding_and_one_command(large: Deployment, examined: Callable[..., Said]) -> None:
    large.forget_permissions()
    said = examined(large)
    (finding,) = said.report["findings"]
    assert len(finding["routes"]) == ROUTES
    (command,) = finding["mend"]["commands"]
    assert f"/{large.stage}/*" in command


def test_api_gateway_is_never_called_more_than_its_control_plane_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    made: list[float] = []
    monkeypatch.setattr("doctor.calls.time.monotonic", lambda: clock[0])
    monkeypatch.setattr("doctor.calls.time.sleep", lambda seconds: clock.__setitem__(0, clock[0] + seconds))
    calls = Calls()
    for _ in range(50):
        calls.note("apigateway:GetResources")
        made.append(clock[0])
    for first in made:
        assert len([moment for moment in made if first <= moment < first + 1]) <= MOST_A_SECOND < 10
