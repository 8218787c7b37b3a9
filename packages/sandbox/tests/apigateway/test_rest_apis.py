"""REST APIs in CreateRestApi and UpdateRestApi."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.server import SandboxUnderTest

Json = dict[str, Any]
Refusal = tuple[int, str, str]


def patch(gateway: Any, api_id: str, *operations: tuple[str, str, str | None]) -> Json:
    listed = [
        {"op": verb, "path": path} | ({} if value is None else {"value": value}) for verb, path, value in operations
    ]
    answer: Json = gateway.update_rest_api(restApiId=api_id, patchOperations=listed)
    return answer


@pytest.fixture
def api(gateway: Any) -> Json:
    made: Json = gateway.create_rest_api(name="api", endpointConfiguration={"types": ["REGIONAL"]})
    return made


def test_a_new_api_is_edge_optimized_and_has_two_models(gateway: Any) -> None:
    api = gateway.create_rest_api(name="api", description="d", version="v1")
    assert re.fullmatch(r"[a-z0-9]{10}", api["id"])
    assert re.fullmatch(r"[a-z0-9]{10}", api["rootResourceId"])
    assert api["endpointConfiguration"] == {"types": ["EDGE"], "ipAddressType": "ipv4"}
    assert (api["apiKeySource"], api["disableExecuteApiEndpoint"]) == ("HEADER", False)
    assert [one["name"] for one in gateway.get_models(restApiId=api["id"])["items"]] == ["Empty", "Error"]
    again = gateway.get_rest_api(restApiId=api["id"])
    assert again["createdDate"] == api["createdDate"]


def test_binary_types_given_at_creation_are_kept(gateway: Any) -> None:
    api = gateway.create_rest_api(name="api", binaryMediaTypes=["image/png"])
    assert gateway.get_rest_api(restApiId=api["id"])["binaryMediaTypes"] == ["image/png"]


def test_binary_types_are_patched_by_escaped_paths(gateway: Any, api: Json) -> None:
    added = patch(
        gateway, api["id"], ("add", "/binaryMediaTypes/image~1png", None), ("add", "/binaryMediaTypes/a~1b", None)
    )
    assert added["binaryMediaTypes"] == ["image/png", "a/b"]
    replaced = patch(gateway, api["id"], ("replace", "/binaryMediaTypes/image~1png", "image/gif"))
    assert replaced["binaryMediaTypes"] == ["a/b", "image/gif"]
    removed = patch(
        gateway, api["id"], ("remove", "/binaryMediaTypes/a~1b", None), ("remove", "/binaryMediaTypes/image~1gif", None)
    )
    assert "binaryMediaTypes" not in removed


def test_compression_is_a_number_and_an_empty_value_switches_it_off(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    assert patch(gateway, api["id"], ("replace", "/minimumCompressionSize", "0"))["minimumCompressionSize"] == 0
    assert "minimumCompressionSize" not in patch(gateway, api["id"], ("replace", "/minimumCompressionSize", None))
    for wrong in ("-1", "x", "10485761"):
        operation = {"op": "replace", "path": "/minimumCompressionSize", "value": wrong}
        assert refusal(gateway.update_rest_api, restApiId=api["id"], patchOperations=[operation]) == (
            400,
            "BadRequestException",
            "Invalid minimum compression size, must be between 0 and 10485760",
        )


def test_the_default_endpoint_is_switched_by_a_text_that_is_a_boolean(gateway: Any, api: Json) -> None:
    assert patch(gateway, api["id"], ("replace", "/disableExecuteApiEndpoint", "true"))["disableExecuteApiEndpoint"]
    off = patch(gateway, api["id"], ("replace", "/disableExecuteApiEndpoint", "false"))
    assert off["disableExecuteApiEndpoint"] is False


@pytest.mark.parametrize("slot", ["0", "REGIONAL"])
def test_the_endpoint_type_is_replaced_by_index_or_by_name(gateway: Any, api: Json, slot: str) -> None:
    changed = patch(gateway, api["id"], ("replace", f"/endpointConfiguration/types/{slot}", "EDGE"))
    assert changed["endpointConfiguration"]["types"] == ["EDGE"]


def test_a_private_api_takes_vpc_endpoints_and_never_becomes_edge_optimized(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    private = patch(
        gateway,
        api["id"],
        ("replace", "/endpointConfiguration/types/REGIONAL", "PRIVATE"),
        ("add", "/endpointConfiguration/vpcEndpointIds", "vpce-1"),
        ("add", "/endpointConfiguration/vpcEndpointIds", "vpce-2"),
        ("remove", "/endpointConfiguration/vpcEndpointIds", "vpce-1"),
    )
    assert private["endpointConfiguration"] == {
        "types": ["PRIVATE"],
        "ipAddressType": "dualstack",
        "vpcEndpointIds": ["vpce-2"],
    }
    edge = {"op": "replace", "path": "/endpointConfiguration/types/PRIVATE", "value": "EDGE"}
    assert refusal(gateway.update_rest_api, restApiId=api["id"], patchOperations=[edge])[:2] == (
        400,
        "BadRequestException",
    )


def test_vpc_endpoints_belong_to_private_apis_only(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    add = {"op": "add", "path": "/endpointConfiguration/vpcEndpointIds", "value": "vpce-1"}
    assert refusal(gateway.update_rest_api, restApiId=api["id"], patchOperations=[add]) == (
        400,
        "BadRequestException",
        "VPCEndpoints can only be specified with PRIVATE apis.",  # hashicorp/terraform-provider-aws#14269
    )
    assert "vpcEndpointIds" not in gateway.get_rest_api(restApiId=api["id"])["endpointConfiguration"]


def test_a_policy_comes_back_as_an_escaped_string_with_the_apis_arn(gateway: Any, api: Json) -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "222222222222"},
                "Action": "execute-api:Invoke",
                "Resource": ["execute-api:/dev/GET/pets", "execute-api:/*"],
            }
        ],
    }
    shown = patch(gateway, api["id"], ("replace", "/policy", json.dumps(policy)))["policy"]
    assert shown.startswith('{\\"Version\\":\\"2012-10-17\\"')
    arn = f"arn:aws:execute-api:us-east-1:111111111111:{api['id']}"
    assert "\\/dev\\/GET\\/pets" in shown
    # Read it as the AWS provider does: put it in quotes and unescape it.
    read = json.loads(json.loads(f'"{shown}"'))
    assert read["Statement"][0]["Resource"] == [f"{arn}/dev/GET/pets", f"{arn}/*"]
    assert "policy" not in patch(gateway, api["id"], ("replace", "/policy", ""))


@pytest.mark.parametrize(
    "policy",
    [
        "no json",
        "{}",
        '{"Statement": [{"Effect": "Allow"}]}',
        '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke"}]}',
        '{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "NotResource": "*"}]}',
        (
            '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::222222222222:role/none"}, '
            '"Action": "*", "Resource": "*"}]}'
        ),
        (
            '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::222222222222:user/none"}, '
            '"Action": "*", "Resource": "*"}]}'
        ),
        '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "12345"}, "Action": "*", "Resource": "*"}]}',
    ],
)
def test_a_policy_that_is_none_or_names_nobody_is_refused(
    gateway: Any, api: Json, refusal: Callable[..., Refusal], policy: str
) -> None:
    operation = {"op": "replace", "path": "/policy", "value": policy}
    assert refusal(gateway.update_rest_api, restApiId=api["id"], patchOperations=[operation]) == (
        400,
        "BadRequestException",
        "Invalid policy document. Please check the policy syntax and ensure that Principals are valid.",
    )


def test_a_policy_may_name_a_role_that_exists(sandbox: SandboxUnderTest, gateway: Any, api: Json) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    role = sandbox.client("iam", account="222222222222").create_role(
        RoleName="caller", AssumeRolePolicyDocument=json.dumps(trust)
    )["Role"]["Arn"]
    statement = {"Effect": "Allow", "Principal": {"AWS": role}, "Action": "*", "Resource": "execute-api:/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    assert role.replace("/", "\\/") in patch(gateway, api["id"], ("replace", "/policy", policy))["policy"]


def test_a_policy_has_8192_characters(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": ["execute-api:/" + "x" * 100] * 60}
    operation = {"op": "replace", "path": "/policy", "value": json.dumps({"Statement": [statement]})}
    status, code, message = refusal(gateway.update_rest_api, restApiId=api["id"], patchOperations=[operation])
    assert (status, code) == (429, "LimitExceededException")
    assert "8192" in message


def test_either_all_patches_of_a_call_apply_or_none(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    operations = [
        {"op": "replace", "path": "/name", "value": "other"},
        {"op": "replace", "path": "/nothing", "value": "x"},
    ]
    assert refusal(gateway.update_rest_api, restApiId=api["id"], patchOperations=operations) == (
        400,
        "BadRequestException",
        "Invalid patch path /nothing",
    )
    assert gateway.get_rest_api(restApiId=api["id"])["name"] == "api"


def test_an_operation_that_a_path_does_not_have_is_named(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    operation = {"op": "add", "path": "/minimumCompressionSize", "value": "1"}
    assert refusal(gateway.update_rest_api, restApiId=api["id"], patchOperations=[operation])[2] == (
        "Invalid patch operation specified. Must be one of: [replace]"
    )


@pytest.mark.parametrize(
    ("configuration", "code", "message"),
    [
        (
            {"types": ["REGIONAL", "EDGE"]},
            "BadRequestException",
            "Cannot create an api with multiple Endpoint Types.",
        ),
        (
            {"types": ["PRIVATE"], "ipAddressType": "ipv4"},
            "BadRequestException",
            "Only dualstack ipAddressType is supported for Private APIs.",
        ),
    ],
)
def test_endpoint_configurations_that_aws_refuses(
    gateway: Any, refusal: Callable[..., Refusal], configuration: Json, code: str, message: str
) -> None:
    assert refusal(gateway.create_rest_api, name="x", endpointConfiguration=configuration) == (400, code, message)


def test_an_unknown_api_is_named_with_its_account(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    for wrong in ("abc", api["id"].upper()):
        assert refusal(gateway.get_rest_api, restApiId=wrong) == (
            404,
            "NotFoundException",
            f"Invalid API identifier specified 111111111111:{wrong}",
        )


def test_apis_of_another_account_or_region_are_not_seen(sandbox: SandboxUnderTest, gateway: Any, api: Json) -> None:
    assert sandbox.client("apigateway", account="222222222222").get_rest_apis()["items"] == []
    assert sandbox.client("apigateway", region="eu-west-1").get_rest_apis()["items"] == []
    assert [one["id"] for one in gateway.get_rest_apis()["items"]] == [api["id"]]


def test_lists_come_in_pages_of_the_asked_size(gateway: Any) -> None:
    made = [gateway.create_rest_api(name=f"api{number}")["id"] for number in range(5)]
    first = gateway.get_rest_apis(limit=2)
    assert len(first["items"]) == 2
    seen = [one["id"] for page in gateway.get_paginator("get_rest_apis").paginate(limit=2) for one in page["items"]]
    assert seen == made


def test_a_clone_has_the_definition_and_an_id_of_its_own(gateway: Any, api: Json) -> None:
    gateway.create_resource(restApiId=api["id"], parentId=api["rootResourceId"], pathPart="pets")
    clone = gateway.create_rest_api(name="clone", cloneFrom=api["id"])
    paths = [one["path"] for one in gateway.get_resources(restApiId=clone["id"])["items"]]
    assert (paths, clone["id"] != api["id"]) == (["/", "/pets"], True)


def test_a_deleted_api_is_gone(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    answer = gateway.delete_rest_api(restApiId=api["id"])
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert refusal(gateway.get_rest_api, restApiId=api["id"])[1] == "NotFoundException"


def test_an_account_has_120_edge_optimized_apis_in_a_region(
    sandbox: SandboxUnderTest, gateway: Any, refusal: Callable[..., Refusal]
) -> None:
    for number in range(120):
        gateway.create_rest_api(name=f"api{number}")
    assert refusal(gateway.create_rest_api, name="more")[:2] == (429, "LimitExceededException")
    gateway.create_rest_api(name="regional", endpointConfiguration={"types": ["REGIONAL"]})
    sandbox.client("apigateway", region="eu-west-1").create_rest_api(name="elsewhere")
