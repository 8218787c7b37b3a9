"""Base path mappings: they connect a path of a custom domain to an API and a stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_rules.paths import is_base_path, is_single_level
from cross_account_sandbox.apigateway.describe import not_none
from cross_account_sandbox.apigateway.domain_names import domain_of
from cross_account_sandbox.apigateway.errors import bad_request, conflict, must_exist
from cross_account_sandbox.apigateway.lookup import store_of
from cross_account_sandbox.apigateway.model.domain_name import BasePathMapping
from cross_account_sandbox.apigateway.paging import page_by_position
from cross_account_sandbox.control_plane.service import Call, Operation

#: The base path that stands for a domain's root.
ROOT = "(none)"


def create_base_path_mapping(call: Call) -> dict[str, Any]:
    """CreateBasePathMapping. Raises ConflictException if the path is taken."""
    domain, params = domain_of(call), call.params
    path = _new_path(params.get("basePath"))
    if path in domain.mappings:
        raise conflict("Base path already exists for this domain name")
    mapping = BasePathMapping(base_path=path, api_id=str(params.get("restApiId")), stage=params.get("stage") or None)
    _check(call, mapping, private=domain.domain_id is not None)
    domain.mappings[path] = mapping
    return _shown(mapping)


def get_base_path_mapping(call: Call) -> dict[str, Any]:
    return _shown(_mapping_of(call))


def get_base_path_mappings(call: Call) -> dict[str, Any]:
    return page_by_position([_shown(mapping) for mapping in domain_of(call).mappings.values()], call.params)


def update_base_path_mapping(call: Call) -> dict[str, Any]:
    """UpdateBasePathMapping: change path, API or stage; apply all operations or none."""
    domain, mapping = domain_of(call), _mapping_of(call)
    draft = BasePathMapping(base_path=mapping.base_path, api_id=mapping.api_id, stage=mapping.stage)
    for operation in call.params.get("patchOperations") or ():
        path, value = operation.get("path"), operation.get("value")
        if path == "/basePath":
            draft.base_path = _new_path(value)
        elif path in ("/restapiId", "/restApiId"):
            draft.api_id = str(value)
        elif path == "/stage":
            draft.stage = None if operation.get("op") == "remove" else value or None
        else:
            raise bad_request(
                f"Invalid patch path  '{path}' specified for op '{operation.get('op')}'. "
                "Must be one of: [/basePath, /restapiId, /stage]"
            )
    if draft.base_path != mapping.base_path and draft.base_path in domain.mappings:
        raise conflict("Base path already exists for this domain name")
    _check(call, draft, private=domain.domain_id is not None)
    del domain.mappings[mapping.base_path]
    domain.mappings[draft.base_path] = draft
    return _shown(draft)


def delete_base_path_mapping(call: Call) -> None:
    domain, mapping = domain_of(call), _mapping_of(call)
    del domain.mappings[mapping.base_path]


def _new_path(text: str | None) -> str:
    """Raises BadRequestException for several levels, which only v2 mappings can have, and for invalid characters."""
    if not is_single_level(text or ""):
        raise bad_request(
            "API Gateway V1 doesn't support the slash character (/) in base path mappings. "
            "To create a multi-level base path mapping, use API Gateway V2."
        )
    if text and text != ROOT and not is_base_path(text):
        # Unconfirmed: the text for a base path with other characters. Reason: only the rule is documented.
        raise bad_request(f"Invalid base path specified: {text}")
    return text or ROOT


def _path(text: str | None) -> str:
    path = (text or "").strip("/")
    return path or ROOT


def _mapping_of(call: Call) -> BasePathMapping:
    return must_exist(
        domain_of(call).mappings.get(_path(call.params.get("basePath"))),
        "Invalid base path mapping identifier specified",
    )


def _check(call: Call, mapping: BasePathMapping, *, private: bool) -> None:
    api = must_exist(
        store_of(call).rest_apis.get(mapping.api_id),
        f"Invalid API identifier specified {call.account}:{mapping.api_id}",
    )
    if mapping.stage is not None and mapping.stage not in api.stages:
        raise bad_request("Invalid stage identifier specified")
    if private != (api.definition.endpoint_types == ["PRIVATE"]):
        # Unconfirmed: the text for a mapping between a private domain name and a public API, and the reverse. Reason:
        # only the rule is documented.
        raise bad_request("A private custom domain name maps to private APIs only, and private APIs need one")


def _shown(mapping: BasePathMapping) -> dict[str, Any]:
    return not_none(basePath=mapping.base_path, restApiId=mapping.api_id, stage=mapping.stage)


OPERATIONS: Mapping[str, Operation] = {
    "CreateBasePathMapping": create_base_path_mapping,
    "DeleteBasePathMapping": delete_base_path_mapping,
    "GetBasePathMapping": get_base_path_mapping,
    "GetBasePathMappings": get_base_path_mappings,
    "UpdateBasePathMapping": update_base_path_mapping,
}
