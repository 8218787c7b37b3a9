"""Resources created call by call, as by the console and Terraform."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
Refusal = tuple[int, str, str]


@pytest.fixture
def api(gateway: Any) -> Json:
    made: Json = gateway.create_rest_api(name="api", endpointConfiguration={"types": ["REGIONAL"]})
    return made


def child(gateway: Any, api: Json, parent: str, part: str) -> Json:
    made: Json = gateway.create_resource(restApiId=api["id"], parentId=parent, pathPart=part)
    return made


def test_a_resource_knows_its_path_and_parent(gateway: Any, api: Json) -> None:
    pets = child(gateway, api, api["rootResourceId"], "pets")
    one = child(gateway, api, pets["id"], "{petId}")
    assert (one["path"], one["pathPart"], one["parentId"]) == ("/pets/{petId}", "{petId}", pets["id"])
    assert [item["path"] for item in gateway.get_resources(restApiId=api["id"])["items"]] == [
        "/",
        "/pets",
        "/pets/{petId}",
    ]


@pytest.mark.parametrize("part", ["events:batch", "a.b_c-d", "a,b", "{id}", "{proxy+}", "{a.b:c_d-e}"])
def test_a_path_part_that_api_gateway_accepts(gateway: Any, api: Json, part: str) -> None:
    assert child(gateway, api, api["rootResourceId"], part)["path"] == f"/{part}"


@pytest.mark.parametrize(
    "part", ["a b", "a/b", "a{b}", "{a b}", "{a}+", "", *(f"a{bad}b" for bad in "@$()*=;~%!+&'?é")]
)
def test_a_path_part_that_api_gateway_refuses(
    gateway: Any, api: Json, refusal: Callable[..., Refusal], part: str
) -> None:
    names = {"restApiId": api["id"], "parentId": api["rootResourceId"], "pathPart": part}
    message = (
        "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable "
        "and curly braces at the beginning and the end"
    )
    assert refusal(gateway.create_resource, **names) == (400, "BadRequestException", message)


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        (
            "pets",
            "pets",
            (409, "ConflictException", "Another resource with the same parent already has this name: pets"),
        ),
        (
            "{proxy+}",
            "{id}",
            (
                400,
                "BadRequestException",
                "A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed",
            ),
        ),
    ],
)
def test_siblings_that_cannot_be(
    gateway: Any, api: Json, refusal: Callable[..., Refusal], first: str, second: str, refused: Refusal
) -> None:
    child(gateway, api, api["rootResourceId"], first)
    names = {"restApiId": api["id"], "parentId": api["rootResourceId"], "pathPart": second}
    assert refusal(gateway.create_resource, **names) == refused


def test_a_greedy_resource_has_no_children(gateway: Any, api: Json, refusal: Callable[..., Refusal]) -> None:
    greedy = child(gateway, api, api["rootResourceId"], "{proxy+}")
    assert refusal(gateway.create_resource, restApiId=api["id"], parentId=greedy["id"], pathPart="x") == (
        400,
        "BadRequestException",
        "Cannot create a child of a resource with a greedy path variable: {proxy+}",
    )


def test_a_moved_resource_takes_what_is_below_it_along(
    gateway: Any, api: Json, refusal: Callable[..., Refusal]
) -> None:
    pets = child(gateway, api, api["rootResourceId"], "pets")
    sub = child(gateway, api, pets["id"], "sub")
    leaf = child(gateway, api, sub["id"], "leaf")

    def patch(resource: str, path: str, value: str) -> Json:
        return {
            "restApiId": api["id"],
            "resourceId": resource,
            "patchOperations": [{"op": "replace", "path": path, "value": value}],
        }

    assert refusal(gateway.update_resource, **patch(pets["id"], "/parentId", leaf["id"])) == (
        400,
        "BadRequestException",
        "Resources cannot be cyclical.",
    )
    gateway.update_resource(**patch(sub["id"], "/parentId", api["rootResourceId"]))
    gateway.update_resource(**patch(sub["id"], "/pathPart", "moved"))
    assert gateway.get_resource(restApiId=api["id"], resourceId=leaf["id"])["path"] == "/moved/leaf"
    assert refusal(gateway.update_resource, **patch(api["rootResourceId"], "/pathPart", "x"))[2] == (
        "Root resource cannot update its pathPart."
    )
    assert refusal(gateway.update_resource, **patch(sub["id"], "/invalid", "x"))[2] == (
        "Invalid patch path  '/invalid' specified for op 'replace'. Must be one of: [/parentId, /pathPart]"
    )


def test_a_deleted_resource_takes_what_is_below_it_along(gateway: Any, api: Json) -> None:
    pets = child(gateway, api, api["rootResourceId"], "pets")
    child(gateway, api, pets["id"], "sub")
    gateway.delete_resource(restApiId=api["id"], resourceId=pets["id"])
    assert [item["path"] for item in gateway.get_resources(restApiId=api["id"])["items"]] == ["/"]
