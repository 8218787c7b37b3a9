"""Documentation parts, and the documentation versions that freeze them."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Mapping
from typing import Any

from cross_account_sandbox.apigateway.describe import filled, not_none
from cross_account_sandbox.apigateway.errors import bad_request, conflict, must_exist, not_found
from cross_account_sandbox.apigateway.lookup import api_of, store_of
from cross_account_sandbox.apigateway.model.definition import DocumentationPart
from cross_account_sandbox.apigateway.openapi_document import Importing, read_document
from cross_account_sandbox.apigateway.openapi_documentation import documented_place, read_documentation
from cross_account_sandbox.apigateway.paging import page_by_position
from cross_account_sandbox.apigateway.patch import PatchTable, Wording, patch_description, setter
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.service import Call, Operation


def create_documentation_part(call: Call) -> dict[str, Any]:
    """CreateDocumentationPart. Raises ConflictException if the location is taken."""
    api, params = api_of(call), call.params
    location = documented_place({key: str(value) for key, value in params["location"].items()})
    if any(part.location == location for part in api.documentation_parts.values()):
        raise conflict("Documentation part already exists for the specified location")
    part = DocumentationPart(id=str(uuid.uuid4()), location=location, properties=str(params.get("properties")))
    _check(part)
    api.documentation_parts[part.id] = part
    return _shown(part)


def get_documentation_part(call: Call) -> dict[str, Any]:
    return _shown(_part_of(call))


def get_documentation_parts(call: Call) -> dict[str, Any]:
    """GetDocumentationParts: filter by type, path and name if the call has these parameters."""
    params = call.params
    parts = [
        part
        for part in api_of(call).documentation_parts.values()
        if params.get("type") in (None, part.location.get("type"))
        and params.get("path") in (None, part.location.get("path"))
        and str(params.get("nameQuery") or "") in part.location.get("name", "")
    ]
    return page_by_position([_shown(part) for part in parts], params)


def update_documentation_part(call: Call) -> dict[str, Any]:
    """UpdateDocumentationPart: change the properties."""
    part = _part_of(call)
    _PART_PATCHES.apply(part, call.params.get("patchOperations"), check=_check)
    return _shown(part)


def delete_documentation_part(call: Call) -> None:
    api = api_of(call)
    del api.documentation_parts[_part_of(call).id]


async def import_documentation_parts(call: Call) -> dict[str, Any]:
    """ImportDocumentationParts: read them from an OpenAPI document; `overwrite` deletes the existing parts."""
    try:
        document = await read_document(call)
    except AwsError:
        raise bad_request("Unable to build importer with provided input.") from None
    api = api_of(call)
    importing = Importing(call=call, api=api, document=document, definition=api.definition)
    found = read_documentation(importing)
    if call.params.get("mode") == "overwrite":
        api.documentation_parts = {}
    known = {tuple(sorted(part.location.items())): part for part in api.documentation_parts.values()}
    ids: list[str] = []
    for part in found.values():
        old = known.get(tuple(sorted(part.location.items())))
        if old is None:
            api.documentation_parts[part.id] = part
        else:
            old.properties = part.properties
        ids.append(old.id if old else part.id)
    return {"ids": ids}


def create_documentation_version(call: Call) -> dict[str, Any]:
    """CreateDocumentationVersion: take a snapshot of the parts; with a stage name, attach it to that stage."""
    api, params = api_of(call), call.params
    version = str(params["documentationVersion"])
    if version in api.documentation_versions:
        raise conflict("Documentation version already exists")
    stage = api.stages.get(str(params.get("stageName"))) if params.get("stageName") else None
    if params.get("stageName") and stage is None:
        raise not_found("Invalid stage identifier specified")
    api.documentation_versions[version] = {
        "version": version,
        "description": params.get("description"),
        "createdDate": utc_now(),
        "parts": copy.deepcopy(api.documentation_parts),
    }
    if stage is not None:
        stage.documentation_version = version
    return _shown_version(api.documentation_versions[version])


def get_documentation_version(call: Call) -> dict[str, Any]:
    return _shown_version(_version_of(call))


def get_documentation_versions(call: Call) -> dict[str, Any]:
    return page_by_position([_shown_version(one) for one in api_of(call).documentation_versions.values()], call.params)


def update_documentation_version(call: Call) -> dict[str, Any]:
    """UpdateDocumentationVersion: change the description."""
    version = _version_of(call)
    patch_description(version, call.params.get("patchOperations"))
    return _shown_version(version)


def delete_documentation_version(call: Call) -> None:
    """DeleteDocumentationVersion. Raises ConflictException if a stage uses it."""
    api, version = api_of(call), _version_of(call)
    name = version["version"]
    if any(stage.documentation_version == name for stage in api.stages.values()):
        # Unconfirmed: the text for a documentation version that a stage uses. Reason: no AWS page shows it.
        raise conflict(f"Cannot delete documentation version '{name}', is associated with a stage")
    del api.documentation_versions[name]


def _part_of(call: Call) -> DocumentationPart:
    api = store_of(call).rest_apis.get(str(call.params["restApiId"]))
    return must_exist(
        api.documentation_parts.get(str(call.params["documentationPartId"])) if api else None,
        "Invalid Documentation part identifier specified",
    )


def _version_of(call: Call) -> dict[str, Any]:
    return must_exist(
        api_of(call).documentation_versions.get(str(call.params["documentationVersion"])),
        "Invalid Documentation version specified",
    )


def _check(part: DocumentationPart) -> None:
    try:
        found = json.loads(part.properties)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not found:
        # Unconfirmed: the text for a documentation part whose properties are not a JSON object. Reason: only the rule
        # is documented.
        raise bad_request("Documentation part properties must be a JSON object with at least one member")


def _shown(part: DocumentationPart) -> dict[str, Any]:
    return {"id": part.id, "location": dict(part.location), "properties": part.properties}


def _shown_version(version: Mapping[str, Any]) -> dict[str, Any]:
    return not_none(
        version=version["version"], createdDate=version["createdDate"], description=filled(version.get("description"))
    )


_PART_PATCHES = PatchTable[DocumentationPart](
    {"/properties": {"replace": setter("properties", lambda value: value or "")}}, Wording.LISTING
)

OPERATIONS: Mapping[str, Operation] = {
    "CreateDocumentationPart": create_documentation_part,
    "CreateDocumentationVersion": create_documentation_version,
    "DeleteDocumentationPart": delete_documentation_part,
    "DeleteDocumentationVersion": delete_documentation_version,
    "GetDocumentationPart": get_documentation_part,
    "GetDocumentationParts": get_documentation_parts,
    "GetDocumentationVersion": get_documentation_version,
    "GetDocumentationVersions": get_documentation_versions,
    "ImportDocumentationParts": import_documentation_parts,
    "UpdateDocumentationPart": update_documentation_part,
    "UpdateDocumentationVersion": update_documentation_version,
}
