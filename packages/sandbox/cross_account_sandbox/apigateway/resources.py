"""Resources: the nodes of an API's path tree."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from aws_rules.quotas import RESOURCES_QUOTA
from cross_account_sandbox.apigateway.describe import filled, not_none
from cross_account_sandbox.apigateway.errors import bad_request, must_exist
from cross_account_sandbox.apigateway.lookup import api_of, resource_of
from cross_account_sandbox.apigateway.methods import shown_method
from cross_account_sandbox.apigateway.model.definition import Definition, Resource
from cross_account_sandbox.apigateway.paging import page_by_position
from cross_account_sandbox.apigateway.patch import PatchTable, Wording
from cross_account_sandbox.apigateway.resource_tree import add_resource, below, check_part, check_place, child_path
from cross_account_sandbox.control_plane.service import Call, Operation


def create_resource(call: Call) -> dict[str, Any]:
    """CreateResource: add a child to `parentId`."""
    api = api_of(call)
    parent = resource_of(call, "parentId")
    most = call.world.quotas.value(call.account, call.region, RESOURCES_QUOTA)
    return shown_resource(add_resource(api.definition, parent, str(call.params["pathPart"]), most=most))


def get_resource(call: Call) -> dict[str, Any]:
    """GetResource: `embed=methods` includes each method in full."""
    return shown_resource(resource_of(call), methods=_embeds_methods(call))


def get_resources(call: Call) -> dict[str, Any]:
    """GetResources, sorted by path."""
    resources = sorted(api_of(call).definition.resources.values(), key=lambda resource: resource.path)
    return page_by_position(
        [shown_resource(resource, methods=_embeds_methods(call)) for resource in resources], call.params
    )


def update_resource(call: Call) -> dict[str, Any]:
    """UpdateResource: rename the resource or move it with its descendants to another parent."""
    resource = resource_of(call)
    definition = api_of(call).definition

    def change_parent(target: Resource, value: str | None) -> None:
        _refuse_root(target, "parentId")
        parent = must_exist(definition.resources.get(value or ""), "Invalid Resource identifier specified")
        if any(parent is one for one in below(definition, resource)):
            raise bad_request("Resources cannot be cyclical.")
        check_place(definition, parent, str(target.path_part), moving=resource)
        target.parent_id = parent.id

    def change_part(target: Resource, value: str | None) -> None:
        _refuse_root(target, "pathPart")
        check_part(value or "")
        check_place(definition, definition.resources[str(target.parent_id)], value or "", moving=resource)
        target.path_part = value

    table = PatchTable["Resource"](
        {"/parentId": {"replace": change_parent}, "/pathPart": {"replace": change_part}}, Wording.LISTING
    )
    table.apply(resource, call.params.get("patchOperations"), draft_of=copy.copy)
    _rename_below(definition, resource)
    return shown_resource(resource)


def delete_resource(call: Call) -> None:
    """DeleteResource: delete the resource and its descendants. The root cannot be deleted."""
    resource, definition = resource_of(call), api_of(call).definition
    if resource.parent_id is None:
        # Programs look for exactly this text in AWS's response.
        raise bad_request("Root resource cannot be deleted")
    for gone in list(below(definition, resource)):
        del definition.resources[gone.id]


def shown_resource(resource: Resource, *, methods: bool = False) -> dict[str, Any]:
    """Format a resource for a response, with its methods by name or in full."""
    listed = {
        verb: shown_method(method, resource) if methods else {} for verb, method in sorted(resource.methods.items())
    }
    return not_none(
        id=resource.id,
        parentId=resource.parent_id,
        pathPart=resource.path_part,
        path=resource.path,
        resourceMethods=filled(listed),
    )


def _embeds_methods(call: Call) -> bool:
    return "methods" in (call.params.get("embed") or [])


def _refuse_root(resource: Resource, member: str) -> None:
    if resource.parent_id is None:
        raise bad_request(f"Root resource cannot update its {member}.")


def _rename_below(definition: Definition, resource: Resource) -> None:
    for one in below(definition, resource):
        if one.parent_id is not None:
            one.path = child_path(definition.resources[one.parent_id], str(one.path_part))


OPERATIONS: Mapping[str, Operation] = {
    "CreateResource": create_resource,
    "DeleteResource": delete_resource,
    "GetResource": get_resource,
    "GetResources": get_resources,
    "UpdateResource": update_resource,
}
