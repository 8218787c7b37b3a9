"""A deployment is created only when the API that the stage serves has changed."""

from __future__ import annotations

from typing import Any

import pytest

from cross_account_api import GatewayLoggingArgs, StageArgs, Throttling
from cross_account_api.testing import Recording
from tests.components.builders import made

MANAGED = GatewayLoggingArgs(gateway_logging="managed")


def served(recording: Recording) -> str:
    """The deployment's triggers."""
    value: str = recording.one("Deployment").inputs["triggers"]["served"]
    return value


@pytest.mark.parametrize(
    "change",
    [
        {"stage": StageArgs(name="other")},
        {"throttling": Throttling(rate_limit=7)},
        {"tracing": False},
        {"scope": "api"},
        {"test_invoke": True},
        {"logging": MANAGED},
        {"tags": {"team": "pets"}},
        {"function_changes": {"memory_size": 1024}},
        {"deletion_protection": True},
    ],
)
def test_changes_that_a_stage_does_not_serve_create_no_deployment(change: dict[str, Any]) -> None:
    assert served(made(**change)) == served(made())


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint_type": "EDGE"},
        {"authorization": "AWS_IAM"},
        {"invocation": "role"},
        {"binary_types": ["image/png"]},
        {"minimum_compression_size": 100},
        {"cors_origin": "https://pets.example.com"},
        {"cors_origin": None},
        {"resource_policy": {"Version": "2012-10-17", "Statement": []}},
        {"disable_default_endpoint": True},
        {"function_region": "eu-central-1"},
        {"function_changes": {"alias": None}},
        {"function_changes": {"function_name": "other"}},
        {"description": "Another one"},
    ],
)
def test_changes_that_a_stage_serves_create_a_deployment(change: dict[str, Any]) -> None:
    assert served(made(**change)) != served(made())


def test_a_route_more_makes_a_deployment_and_the_same_routes_in_another_order_do_not() -> None:
    one, two, turned = (
        served(made(*routes))
        for routes in (
            [("GET", "/a")],
            [("GET", "/a"), ("GET", "/b")],
            [("GET", "/b"), ("GET", "/a")],
        )
    )

    assert one != two
    assert two == turned
