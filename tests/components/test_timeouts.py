"""Integration timeouts of routes, and a warning, not an error, for functions with a longer timeout."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from cross_account_api.http.http_api import HttpApi, HttpApiArgs
from cross_account_api.http.http_routes import HttpRoute
from cross_account_api.rest.cross_account_api import CrossAccountApi, CrossAccountApiArgs
from cross_account_api.rest.routes import Route
from cross_account_api.testing import record
from tests.components.builders import API, FUNCTION, account, nested, new_function
from tests.components.test_refusals import refusal


@pytest.mark.parametrize("wait", [49, 29_001, 0, -1])
def test_a_time_that_api_gateway_does_not_wait(wait: int) -> None:
    assert f"route GET /: timeout_ms {wait} is not between 50 and 29,000 milliseconds" in refusal(waiting(wait))


@pytest.mark.parametrize("wait", [None, 50, 29_000])
def test_a_time_that_api_gateway_waits(wait: int | None) -> None:
    assert len(record(waiting(wait)).all("RestApi")) == 1


@pytest.mark.parametrize("endpoint", ["REGIONAL", "PRIVATE"])
def test_more_than_29_seconds_where_the_accounts_quota_was_raised(endpoint: str) -> None:
    policy = {"Version": "2012-10-17", "Statement": []}
    given = {"integration_timeout_quota_ms": 60_000, "endpoint_type": endpoint, "resource_policy": policy}
    recording = record(waiting(60_000, **given))

    operation = recording.one("RestApi").document()["paths"]["/"]["get"]
    assert operation["x-amazon-apigateway-integration"]["timeoutInMillis"] == 60_000
    assert "timeout_ms 60001 is not between 50 and 60,000 milliseconds" in refusal(waiting(60_001, **given))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "raised: give the raised value as integration_timeout_quota_ms"),
        ({"integration_timeout_quota_ms": 60_000, "endpoint_type": "EDGE"}, "is not between 50 and 29,000"),
        ({"integration_timeout_quota_ms": 60}, "integration_timeout_quota_ms 60: the quota is 29,000 milliseconds"),
    ],
)
def test_more_than_29_seconds_without_a_raised_quota_or_at_the_edge(changes: dict[str, Any], told: str) -> None:
    assert told in refusal(waiting(60_000, **changes))


def waiting(wait: int | None, **changes: Any) -> Callable[[], None]:
    def program() -> None:
        route = Route(method="GET", path="/", function="hello", timeout_ms=wait)
        functions = {"hello": new_function(account(FUNCTION))}
        args = CrossAccountApiArgs(account=account(API), functions=functions, routes=[route], **nested(**changes))
        CrossAccountApi("shop", args)

    return program


@pytest.fixture
def warned(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, pulumi.Resource | None]]:
    """Each warning with its resource."""
    told: list[tuple[str, pulumi.Resource | None]] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda text, resource=None: told.append((text, resource)))
    return told


def rest(seconds: int, waits: list[int | None], **changes: Any) -> Callable[[], None]:
    def program() -> None:
        functions = {"hello": new_function(account(FUNCTION), timeout=seconds)}
        routes = [
            Route(method="GET", path=f"/r{number}", function="hello", timeout_ms=wait)
            for number, wait in enumerate(waits)
        ]
        args = CrossAccountApiArgs(account=account(API), functions=functions, routes=routes, **nested(**changes))
        CrossAccountApi("shop", args)

    return program


def http(seconds: int) -> Callable[[], None]:
    def program() -> None:
        functions = {"hello": new_function(account(FUNCTION), timeout=seconds)}
        routes = [HttpRoute(key="GET /", function="hello")]
        HttpApi("shop", HttpApiArgs(account=account(API), functions=functions, routes=routes))

    return program


@pytest.mark.parametrize(
    ("program", "told"),
    [
        (rest(29, [None]), []),
        (rest(30, [None, None]), ["'hello' may run for 30 s, and API Gateway waits 29 s for it on GET /r0, GET /r1: "]),
        (
            rest(10, [None, 5000, 1500]),
            ["waits 5 s for it on GET /r1: a longer run is answered 504", "waits 1.5 s for it on GET /r2: "],
        ),
        (rest(60, [60_000], integration_timeout_quota_ms=60_000), []),
        (rest(61, [60_000], integration_timeout_quota_ms=60_000), ["may run for 61 s, and API Gateway waits 60 s"]),
        (http(30), []),
        (http(31), ["may run for 31 s, and API Gateway waits 30 s for it on GET /: a longer run is answered 503"]),
    ],
)
def test_both_times_are_named(
    program: Callable[[], None], told: list[str], warned: list[tuple[str, pulumi.Resource | None]]
) -> None:
    record(program)

    assert len(warned) == len(told)
    for (text, resource), part in zip(warned, told, strict=True):
        assert part in text
        assert isinstance(resource, CrossAccountApi | HttpApi)
