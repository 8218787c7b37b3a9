"""Deployments freeze the definition of an API."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from sandbox_testing.documents import document, mock
from sandbox_testing.stages import patch_stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.server import SandboxUnderTest

Json = dict[str, Any]
Refusal = tuple[int, str, str]


@pytest.fixture
def api(served: Callable[..., Json]) -> Json:
    return served(document({"/pets": {"get": mock()}}))


def test_a_deployment_is_a_snapshot_and_an_edit_is_not_served(
    sandbox: SandboxUnderTest, gateway: Any, api: Json
) -> None:
    def served_paths() -> set[str]:
        definition = sandbox.world.apigateway("111111111111", "us-east-1").rest_apis[api["id"]].served("dev")
        assert definition is not None
        return {resource.path for resource in definition.resources.values()}

    gateway.put_rest_api(restApiId=api["id"], mode="overwrite", body=document({"/dogs": {"get": mock()}}))
    assert served_paths() == {"/", "/pets"}
    newer = gateway.create_deployment(restApiId=api["id"])
    assert served_paths() == {"/", "/pets"}
    patch_stage(gateway, api["id"], ("replace", "/deploymentId", newer["id"]))
    assert served_paths() == {"/", "/dogs"}
    patch_stage(gateway, api["id"], ("replace", "/deploymentId", api["deploymentId"]))
    assert served_paths() == {"/", "/pets"}


def test_edits_of_single_parts_of_an_api_are_not_served(sandbox: SandboxUnderTest, gateway: Any, api: Json) -> None:
    # Developer guide, how-to-deploy-api: a deployment is a snapshot; edits take effect only after a redeployment.
    rest_api = sandbox.world.apigateway("111111111111", "us-east-1").rest_apis[api["id"]]
    before = copy.deepcopy(rest_api.definition)
    ids = {one["path"]: one["id"] for one in gateway.get_resources(restApiId=api["id"])["items"]}
    method = {"restApiId": api["id"], "resourceId": ids["/pets"], "httpMethod": "GET"}
    edits: list[Callable[[], Any]] = [
        lambda: gateway.create_resource(restApiId=api["id"], parentId=ids["/"], pathPart="dogs"),
        lambda: gateway.update_method(
            **method, patchOperations=[{"op": "replace", "path": "/authorizationType", "value": "AWS_IAM"}]
        ),
        lambda: gateway.update_integration(
            **method, patchOperations=[{"op": "replace", "path": "/timeoutInMillis", "value": "500"}]
        ),
        lambda: gateway.put_gateway_response(restApiId=api["id"], responseType="DEFAULT_4XX", statusCode="418"),
        lambda: gateway.update_rest_api(
            restApiId=api["id"], patchOperations=[{"op": "add", "path": "/binaryMediaTypes/image~1png"}]
        ),
        lambda: gateway.delete_method(**method),
    ]
    edited = before
    for edit in edits:
        last = copy.deepcopy(edited)
        edit()
        edited = rest_api.definition
        assert edited != last
        assert rest_api.served("dev") == before


def test_create_deployment_with_a_stage_name_makes_or_moves_the_stage(gateway: Any, api: Json) -> None:
    made = gateway.create_deployment(restApiId=api["id"], stageName="prod", variables={"color": "blue"})
    assert gateway.get_stage(restApiId=api["id"], stageName="prod")["variables"] == {"color": "blue"}
    moved = gateway.create_deployment(restApiId=api["id"], stageName="prod")
    assert moved["id"] != made["id"]
    assert gateway.get_stage(restApiId=api["id"], stageName="prod")["deploymentId"] == moved["id"]


def test_a_refused_deployment_leaves_the_stage_where_it_was(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    for stage in ("dev", "new"):
        names = {"restApiId": api["id"], "stageName": stage, "variables": {"color": "{"}}
        assert refusal(gateway.create_deployment, **names)[:2] == (400, "BadRequestException")
    stages = gateway.get_stages(restApiId=api["id"])["item"]
    assert [(one["stageName"], one["deploymentId"]) for one in stages] == [("dev", api["deploymentId"])]
    assert len(gateway.get_deployments(restApiId=api["id"])["items"]) == 1


def test_create_deployment_without_a_stage_name_makes_no_stage(gateway: Any, api: Json) -> None:
    gateway.create_deployment(restApiId=api["id"])
    assert [stage["stageName"] for stage in gateway.get_stages(restApiId=api["id"])["item"]] == ["dev"]


def test_a_stage_is_not_moved_to_a_deployment_that_is_not_there(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    move = [{"op": "replace", "path": "/deploymentId", "value": "nobody"}]
    refused = refusal(gateway.update_stage, restApiId=api["id"], stageName="dev", patchOperations=move)
    assert refused == (400, "BadRequestException", "Deployment id does not exist")
    assert gateway.get_stage(restApiId=api["id"], stageName="dev")["deploymentId"] == api["deploymentId"]


def test_a_deployment_that_a_stage_uses_cannot_be_deleted(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    names = {"restApiId": api["id"], "deploymentId": api["deploymentId"]}
    assert refusal(gateway.delete_deployment, **names) == (
        400,
        "BadRequestException",
        "Active stages pointing to this deployment must be moved or deleted",
    )
    gateway.delete_stage(restApiId=api["id"], stageName="dev")
    gateway.delete_deployment(**names)
    assert refusal(gateway.get_deployment, **names) == (
        404,
        "NotFoundException",
        "Invalid Deployment identifier specified",
    )


def test_an_api_without_methods_cannot_be_deployed(gateway: Any, refusal: Callable[..., Refusal]) -> None:
    api = gateway.create_rest_api(name="empty")
    assert refusal(gateway.create_deployment, restApiId=api["id"]) == (
        400,
        "BadRequestException",
        "The REST API doesn't contain any methods",
    )


def test_a_method_without_integration_cannot_be_deployed(gateway: Any, refusal: Callable[..., Refusal]) -> None:
    api = gateway.create_rest_api(name="bare")
    gateway.put_method(
        restApiId=api["id"], resourceId=api["rootResourceId"], httpMethod="GET", authorizationType="NONE"
    )
    assert refusal(gateway.create_deployment, restApiId=api["id"]) == (
        400,
        "BadRequestException",
        "No integration defined for method",
    )


def test_a_private_api_without_resource_policy_cannot_be_deployed(
    gateway: Any, refusal: Callable[..., Refusal]
) -> None:
    api = gateway.create_rest_api(name="private", endpointConfiguration={"types": ["PRIVATE"]})
    gateway.put_rest_api(restApiId=api["id"], mode="merge", body=document({"/": {"get": mock()}}))
    assert refusal(gateway.create_deployment, restApiId=api["id"]) == (
        400,
        "BadRequestException",
        "Private REST API doesn't have a resource policy attached to it",
    )


def test_a_disabled_default_endpoint_closes_when_any_stage_changes(
    sandbox: SandboxUnderTest, gateway: Any, api: Json
) -> None:
    def ask() -> int:
        return sandbox.request("GET", f"http://{api['id']}.execute-api.us-east-1.amazonaws.com/dev/pets").status

    gateway.update_rest_api(
        restApiId=api["id"],
        patchOperations=[{"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "true"}],
    )
    assert ask() == 200
    patch_stage(gateway, api["id"], ("replace", "/description", "changed"))
    assert ask() == 403


def test_a_deployments_description_is_updated(gateway: Any, api: Json) -> None:
    names = {"restApiId": api["id"], "deploymentId": api["deploymentId"]}
    changed = gateway.update_deployment(
        **names, patchOperations=[{"op": "replace", "path": "/description", "value": "second"}]
    )
    assert changed["description"] == "second"
    assert gateway.get_deployment(**names)["description"] == "second"


def test_a_deployments_summary_lists_its_methods(gateway: Any, api: Json) -> None:
    got = gateway.get_deployment(restApiId=api["id"], deploymentId=api["deploymentId"], embed=["apisummary"])
    assert got["apiSummary"] == {"/pets": {"GET": {"authorizationType": "NONE", "apiKeyRequired": False}}}
