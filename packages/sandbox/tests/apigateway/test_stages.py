"""Stages, their settings, and errors for features that the sandbox does not support."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox_testing.documents import document, mock
from sandbox_testing.stages import patch_stage

if TYPE_CHECKING:
    from collections.abc import Callable


Json = dict[str, Any]
Refusal = tuple[int, str, str]


@pytest.fixture
def api(served: Callable[..., Json]) -> Json:
    return served(document({"/pets": {"get": mock()}}))


def test_a_stage_is_shown_as_aws_shows_a_new_one(gateway: Any, api: Json) -> None:
    stage = gateway.get_stage(restApiId=api["id"], stageName="dev")
    del stage["ResponseMetadata"]
    assert stage == {
        "deploymentId": api["deploymentId"],
        "stageName": "dev",
        "cacheClusterEnabled": False,
        "cacheClusterStatus": "NOT_AVAILABLE",
        "methodSettings": {},
        "tracingEnabled": False,
        "createdDate": stage["createdDate"],
        "lastUpdatedDate": stage["lastUpdatedDate"],
    }


def test_a_stages_name_is_used_once_and_its_deployment_exists(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    names = {"restApiId": api["id"], "deploymentId": api["deploymentId"]}
    assert refusal(gateway.create_stage, **names, stageName="dev") == (
        409,
        "ConflictException",
        "Stage already exists",
    )
    assert refusal(gateway.create_stage, **{**names, "deploymentId": "none"}, stageName="x")[:2] == (
        400,
        "BadRequestException",
    )
    assert refusal(gateway.create_stage, **names, stageName="a b")[2] == "Stage name only allows a-zA-Z0-9_-"


def test_an_api_has_ten_stages(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    names = {"restApiId": api["id"], "deploymentId": api["deploymentId"]}
    for number in range(9):
        gateway.create_stage(**names, stageName=f"s{number}")
    assert refusal(gateway.create_stage, **names, stageName="more")[:2] == (429, "LimitExceededException")


def test_an_unknown_stage_is_refused_in_awss_words(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    assert refusal(gateway.get_stage, restApiId=api["id"], stageName="none") == (
        404,
        "NotFoundException",
        "Invalid stage identifier specified",
    )


def test_method_settings_are_patched_by_method_and_for_all(gateway: Any, api: Json) -> None:
    changed = patch_stage(
        gateway,
        api["id"],
        ("replace", "/*/*/throttling/burstLimit", "123"),
        ("replace", "/*/*/metrics/enabled", "true"),
        ("replace", "/~1pets/GET/throttling/rateLimit", "2.5"),
    )
    every, one = changed["methodSettings"]["*/*"], changed["methodSettings"]["~1pets/GET"]
    assert every == {
        "metricsEnabled": True,
        "dataTraceEnabled": False,
        "throttlingBurstLimit": 123,
        "throttlingRateLimit": 10_000.0,
        "cachingEnabled": False,
        "cacheTtlInSeconds": 300,
        "cacheDataEncrypted": False,
        "requireAuthorizationForCacheControl": True,
        "unauthorizedCacheControlHeaderStrategy": "SUCCEED_WITH_RESPONSE_HEADER",
    }
    assert one["throttlingRateLimit"] == 2.5
    # The AWS provider removes all settings of a method at once.
    removed = patch_stage(gateway, api["id"], ("remove", "/~1pets/GET", None))
    assert list(removed["methodSettings"]) == ["*/*"]


def test_the_providers_way_of_naming_a_method_is_kept_as_it_was(gateway: Any, api: Json) -> None:
    changed = patch_stage(gateway, api["id"], ("replace", "/pets/GET/throttling/burstLimit", "-1"))
    assert changed["methodSettings"]["pets/GET"]["throttlingBurstLimit"] == -1


def test_variables_description_and_tracing_are_patched(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    changed = patch_stage(
        gateway,
        api["id"],
        ("replace", "/variables/color", "blue"),
        ("replace", "/variables/size", "2"),
        ("remove", "/variables/size", None),
        ("replace", "/description", "mine"),
        ("replace", "/tracingEnabled", "true"),
    )
    assert (changed["variables"], changed["description"], changed["tracingEnabled"]) == (
        {"color": "blue"},
        "mine",
        True,
    )
    wrong = [{"op": "replace", "path": "/variables/color", "value": "{"}]
    assert refusal(gateway.update_stage, restApiId=api["id"], stageName="dev", patchOperations=wrong)[0] == 400


def test_an_unknown_stage_path_is_refused_with_the_list_of_known_ones(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    wrong = [{"op": "replace", "path": "/documentation_version", "value": "x"}]
    message = refusal(gateway.update_stage, restApiId=api["id"], stageName="dev", patchOperations=wrong)[2]
    assert message.startswith("Invalid method setting path: /documentation_version. Must be one of: [/deploymentId, ")


def test_canary_releases_are_refused_plainly(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    settings = {"percentTraffic": 10.0}
    for operation, more in (
        (gateway.create_stage, {"stageName": "c", "deploymentId": api["deploymentId"], "canarySettings": settings}),
        (gateway.create_deployment, {"stageName": "dev", "canarySettings": settings}),
    ):
        assert "canary" in refusal(operation, restApiId=api["id"], **more)[2]
