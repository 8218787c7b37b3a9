"""Three hundred routes: the doctor checks all of them and makes no call twice. A benchmark measures the time."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from aws_rules.arns import invoke_uri
from cross_account_doctor.calls import ATTEMPTS, MOST_A_SECOND, Calls, Reader
from cross_account_doctor.errors import CouldNotLookError

if TYPE_CHECKING:
    from collections.abc import Callable

    from doctor_testing.command import Said
    from doctor_testing.deployments import Deployment

ROUTES = 300
_AWS = "https://apigateway.us-east-1.amazonaws.com"


@pytest.fixture
def large(deployment: Deployment) -> Deployment:
    """The deployment with 300 more routes, which an import creates, as is usual for APIs of this size."""
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": invoke_uri(deployment.arn)}
    operation = {"responses": {}, "x-amazon-apigateway-integration": integration}
    document = {
        "openapi": "3.0.1",
        "info": {"title": "large", "version": "1"},
        # The root counts as a resource, and an API can have at most 300.
        "paths": {"/": {"get": operation}, **{f"/items{number}": {"get": operation} for number in range(1, ROUTES)}},
    }
    deployment.gateway.put_rest_api(restApiId=deployment.api_id, mode="overwrite", body=json.dumps(document).encode())
    deployment.deploy()
    deployment.permit(source=f"{deployment.source_arn().removesuffix('/dev/GET/')}/dev/*")
    return deployment


def test_an_api_of_300_routes_is_looked_at_route_by_route(large: Deployment, examined: Callable[..., Said]) -> None:
    assert large.get("/items7").status == 200

    said = examined(large)

    assert (said.report["routes"], said.code) == (ROUTES, 0)


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


@pytest.mark.parametrize(("url", "most"), [(_AWS, MOST_A_SECOND), ("http://127.0.0.1:4566", 50)])
def test_api_gateway_is_never_called_more_than_its_control_plane_takes(
    url: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    made: list[float] = []
    monkeypatch.setattr("cross_account_doctor.calls.time.monotonic", lambda: clock[0])
    monkeypatch.setattr(
        "cross_account_doctor.calls.time.sleep", lambda seconds: clock.__setitem__(0, clock[0] + seconds)
    )
    calls = Calls()
    for _ in range(50):
        calls.note("apigateway:GetResources", url)
        made.append(clock[0])
    assert max(len([moment for moment in made if first <= moment < first + 1]) for first in made) == most
    assert MOST_A_SECOND < 10


def _throttling(times: int) -> Any:
    """A client of API Gateway whose first calls are throttled."""
    left = [times]

    def get_resources(**_: Any) -> dict[str, Any]:
        if left[0]:
            left[0] -= 1
            raise ClientError(
                {"Error": {"Code": "TooManyRequestsException", "Message": "Rate exceeded"}}, "GetResources"
            )
        return {"items": []}

    meta = SimpleNamespace(method_to_api_mapping={"get_resources": "GetResources"}, endpoint_url=_AWS)
    return SimpleNamespace(get_resources=get_resources, meta=meta)


@pytest.mark.parametrize("times", [0, 1, ATTEMPTS - 1])
def test_throttled_calls_are_retried_and_every_attempt_counts(times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    client = _throttling(times)
    monkeypatch.setattr("cross_account_doctor.calls.time.sleep", pauses.append)
    monkeypatch.setattr(Reader, "_client", lambda *_: client)
    calls = Calls()
    reader = Reader(SimpleNamespace(profile_name="a"), calls=calls, endpoint=None)  # type: ignore[arg-type]
    assert reader.ask("apigateway", "us-east-1", "get_resources", restApiId="a1b2c3") == {"items": []}
    assert calls.made["apigateway:GetResources"] == times + 1
    assert pauses == [0.25 * 2**attempt for attempt in range(times)]


def test_calls_that_remain_throttled_are_reported_as_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    client = _throttling(ATTEMPTS)
    monkeypatch.setattr("cross_account_doctor.calls.time.sleep", lambda _: None)
    monkeypatch.setattr(Reader, "_client", lambda *_: client)
    reader = Reader(SimpleNamespace(profile_name="a"), calls=Calls(), endpoint=None)  # type: ignore[arg-type]
    with pytest.raises(CouldNotLookError, match="Rate exceeded"):
        reader.ask("apigateway", "us-east-1", "get_resources", restApiId="a1b2c3")
