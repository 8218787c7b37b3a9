"""What PutRestApi resets, keeps and merges.

The settings that overwrite resets are those that the AWS provider patches back after each import.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox_testing.documents import document, mock

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "execute-api:/*"}
        ],
    }
)


@pytest.fixture
def api(gateway: Any) -> Json:
    """An API with every setting that a document can lack."""
    made: Json = gateway.create_rest_api(
        name="before",
        description="before",
        binaryMediaTypes=["image/png"],
        minimumCompressionSize=10,
        apiKeySource="AUTHORIZER",
        disableExecuteApiEndpoint=True,
        endpointConfiguration={"types": ["REGIONAL"]},
        policy=POLICY,
        tags={"team": "a"},
    )
    gateway.put_rest_api(
        restApiId=made["id"],
        mode="merge",
        body=document(
            {"/old": {"get": mock()}, "/shared": {"get": mock()}},
            **{"x-amazon-apigateway-request-validators": {"all": {"validateRequestBody": True}}},
        ),
    )
    return made


def overwrite(gateway: Any, api: Json, body: bytes, mode: str = "overwrite") -> Json:
    answer: Json = gateway.put_rest_api(restApiId=api["id"], mode=mode, body=body)
    return answer


def test_overwrite_clears_what_the_document_lacks(gateway: Any, api: Json) -> None:
    after = overwrite(gateway, api, document({"/new": {"get": mock()}}))
    assert after["name"] == "test"
    for member in ("description", "binaryMediaTypes", "minimumCompressionSize", "policy"):
        assert member not in after
    assert (after["apiKeySource"], after["disableExecuteApiEndpoint"]) == ("HEADER", False)
    assert gateway.get_request_validators(restApiId=api["id"])["items"] == []
    assert gateway.get_models(restApiId=api["id"])["items"] == []


def test_overwrite_removes_paths_that_the_document_lacks(
    gateway: Any, api: Json, methods: Callable[[str], Json]
) -> None:
    overwrite(gateway, api, document({"/new": {"get": mock()}}))
    assert list(methods(api["id"])) == ["GET /new"]


def test_overwrite_keeps_id_root_endpoint_tags_stages_and_deployments(gateway: Any, api: Json) -> None:
    deployment = gateway.create_deployment(restApiId=api["id"], stageName="dev")
    after = overwrite(gateway, api, document({"/new": {"get": mock()}}))
    assert {key: after[key] for key in ("id", "rootResourceId", "createdDate", "tags")} == {
        key: api[key] for key in ("id", "rootResourceId", "createdDate", "tags")
    }
    assert after["endpointConfiguration"]["types"] == ["REGIONAL"]
    stage = gateway.get_stage(restApiId=api["id"], stageName="dev")
    assert stage["deploymentId"] == deployment["id"]


def test_overwrite_takes_the_policy_of_the_document(gateway: Any, api: Json) -> None:
    body = document({"/new": {"get": mock()}}, **{"x-amazon-apigateway-policy": json.loads(POLICY)})
    after = overwrite(gateway, api, body)
    shown = json.loads(json.loads(f'"{after["policy"]}"'))
    assert shown["Statement"][0]["Resource"] == f"arn:aws:execute-api:us-east-1:111111111111:{api['id']}/*"


def test_merge_adds_and_replaces_methods_and_leaves_the_rest(
    gateway: Any, api: Json, methods: Callable[[str], Json]
) -> None:
    after = overwrite(
        gateway, api, document({"/shared": {"get": mock(timeoutInMillis=100)}, "/new": {"post": mock()}}), mode="merge"
    )
    found = methods(api["id"])
    assert sorted(found) == ["GET /old", "GET /shared", "POST /new"]
    assert found["GET /shared"]["methodIntegration"]["timeoutInMillis"] == 100
    assert (after["name"], after["binaryMediaTypes"], after["minimumCompressionSize"]) == ("before", ["image/png"], 10)
    assert "policy" in after
    names = [one["name"] for one in gateway.get_request_validators(restApiId=api["id"])["items"]]
    assert names == ["all"]


def test_merge_is_the_mode_where_none_is_said(gateway: Any, api: Json, methods: Callable[[str], Json]) -> None:
    gateway.put_rest_api(restApiId=api["id"], body=document({"/new": {"get": mock()}}))
    assert "GET /old" in methods(api["id"])


def test_a_private_apis_endpoint_ids_go_with_an_overwrite_and_stay_with_a_merge(gateway: Any) -> None:
    private = gateway.create_rest_api(
        name="private", endpointConfiguration={"types": ["PRIVATE"], "vpcEndpointIds": ["vpce-1"]}
    )
    merged = overwrite(gateway, private, document({"/": {"get": mock()}}), mode="merge")
    assert merged["endpointConfiguration"]["vpcEndpointIds"] == ["vpce-1"]
    cleared = overwrite(gateway, private, document({"/": {"get": mock()}}))
    assert cleared["endpointConfiguration"] == {"types": ["PRIVATE"], "ipAddressType": "dualstack"}


def test_a_resource_keeps_its_id_where_its_path_stays(gateway: Any, api: Json) -> None:
    def ids() -> dict[str, str]:
        return {one["path"]: one["id"] for one in gateway.get_resources(restApiId=api["id"])["items"]}

    before = ids()
    overwrite(gateway, api, document({"/shared": {"get": mock()}}))
    assert ids() == {path: before[path] for path in ("/", "/shared")}
