"""VPC links of REST APIs to a Network Load Balancer. They are stored and shown; the data plane does not use them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from aws_rules.arns import Arn, ArnError
from cross_account_sandbox.apigateway.describe import filled, not_none
from cross_account_sandbox.apigateway.errors import bad_request, must_exist
from cross_account_sandbox.apigateway.identifiers import LONG, new_id
from cross_account_sandbox.apigateway.lookup import store_of
from cross_account_sandbox.apigateway.paging import page_by_position
from cross_account_sandbox.control_plane.service import Call, Operation

_READY = "Your vpc link is ready for use"


def create_vpc_link(call: Call) -> dict[str, Any]:
    """CreateVpcLink: the link is AVAILABLE immediately; AWS takes minutes."""
    store, params = store_of(call), call.params
    targets = list(params["targetArns"])
    if not params["name"]:
        raise bad_request("Name cannot be empty")
    for arn in targets:
        try:
            Arn.parse(arn)
        except ArnError:
            raise bad_request(f"Invalid ARN. ARN is not well formed {arn}") from None
    if len(targets) != 1 or ":loadbalancer/net/" not in targets[0]:
        raise bad_request("VPC link must have exactly one target, the ARN of a Network Load Balancer")
    link = {
        "id": new_id(LONG, taken=store.vpc_links),
        "name": params.get("name"),
        "description": params.get("description"),
        "targetArns": targets,
        "status": "AVAILABLE",
        "statusMessage": _READY,
        "tags": dict(params.get("tags") or {}),
    }
    store.vpc_links[str(link["id"])] = link
    return _shown(link)


def get_vpc_link(call: Call) -> dict[str, Any]:
    return _shown(_link_of(call), tags=True)


def get_vpc_links(call: Call) -> dict[str, Any]:
    return page_by_position([_shown(link) for link in store_of(call).vpc_links.values()], call.params)


def update_vpc_link(call: Call) -> dict[str, Any]:
    """UpdateVpcLink: change name and description."""
    link = _link_of(call)
    for operation in call.params.get("patchOperations") or ():
        path = operation.get("path")
        if operation.get("op") != "replace" or path not in ("/name", "/description"):
            raise bad_request(
                f"Invalid patch path  '{path}' specified for op '{operation.get('op')}'. "
                "Must be one of: [/name, /description]"
            )
        link[path.removeprefix("/")] = operation.get("value")
    return _shown(link, tags=True)


def delete_vpc_link(call: Call) -> None:
    link = _link_of(call)
    del store_of(call).vpc_links[link["id"]]


def _link_of(call: Call) -> dict[str, Any]:
    return must_exist(
        store_of(call).vpc_links.get(str(call.params["vpcLinkId"])), "Invalid Vpc Link identifier specified"
    )


def _shown(link: Mapping[str, Any], *, tags: bool = False) -> dict[str, Any]:
    """Format a VPC link for a response; GetVpcLink and UpdateVpcLink also return empty tags (recorded)."""
    held = dict(link["tags"])
    description = filled(link["description"])
    return not_none(**{**copy.deepcopy(dict(link)), "description": description, "tags": held if tags else filled(held)})


OPERATIONS: Mapping[str, Operation] = {
    "CreateVpcLink": create_vpc_link,
    "DeleteVpcLink": delete_vpc_link,
    "GetVpcLink": get_vpc_link,
    "GetVpcLinks": get_vpc_links,
    "UpdateVpcLink": update_vpc_link,
}
