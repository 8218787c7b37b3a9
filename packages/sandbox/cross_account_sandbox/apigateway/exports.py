"""GetExport: export a stage's definition as an OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import yaml

from cross_account_sandbox.apigateway.errors import bad_request
from cross_account_sandbox.apigateway.lookup import api_of, stage_of
from cross_account_sandbox.apigateway.openapi_export import EXTENSIONS, openapi_document
from cross_account_sandbox.apigateway.swagger2_export import downgraded
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.service import Call, Operation

_TYPES = ("oas30", "swagger")
_JSON, _YAML = "application/json", "application/yaml"


def get_export(call: Call) -> dict[str, Any]:
    """GetExport: `oas30` or `swagger`, in JSON or YAML, with the requested extensions.

    The sandbox does not export documentation parts. Raises BadRequestException for an unknown export type.
    """
    api, stage, params = api_of(call), stage_of(call), call.params
    kind = str(params.get("exportType"))
    if kind not in _TYPES:
        raise bad_request(f"No API exporter found for type '{kind}'")
    accepts = str(params.get("accepts") or _JSON)
    if accepts not in (_JSON, _YAML):
        raise bad_request(f"Unsupported media type '{accepts}'. Must be one of: [{_JSON}, {_YAML}]")
    definition = api.deployments[stage.deployment_id].definition
    document = openapi_document(api, stage, definition, extensions=_extensions(params))
    if kind == "swagger":
        document = downgraded(document)
    text = json.dumps(document, indent=2) if accepts == _JSON else yaml.safe_dump(document, sort_keys=False)
    moment = utc_now().strftime("%Y-%m-%dT%H:%M:%SZ")
    ending = "json" if accepts == _JSON else "yaml"
    return {
        "contentType": "application/octet-stream",
        "contentDisposition": f'attachment; filename="{kind}_{moment}.{ending}"',
        "body": text.encode(),
    }


def _extensions(params: Mapping[str, Any]) -> frozenset[str]:
    asked = str((params.get("parameters") or {}).get("extensions") or "")
    names = frozenset(name.strip() for name in asked.split(",") if name.strip())
    for name in names - {*EXTENSIONS, "postman", "documentation"}:
        raise bad_request(f"Unsupported extension '{name}'. Must be one of: [{', '.join(EXTENSIONS)}]")
    return names


OPERATIONS: Mapping[str, Operation] = {"GetExport": get_export}
