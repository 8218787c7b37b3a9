"""Documentation parts of an OpenAPI document: from the extension, and from inline descriptions."""

from __future__ import annotations

import json
import uuid
from typing import Any

from cross_account_sandbox.apigateway.model.definition import DocumentationPart
from cross_account_sandbox.apigateway.openapi_document import Importing, Json

_EXTENSION = "x-amazon-apigateway-documentation"
_IGNORED = "documentation"
#: Types of parts that have no path.
_WITHOUT_PATH = ("API", "AUTHORIZER", "MODEL")


def documented_place(location: dict[str, str]) -> dict[str, str]:
    """Return a part's location as API Gateway stores it: a missing path becomes `/` if the type has one (recorded)."""
    if location.get("type") in _WITHOUT_PATH or "path" in location:
        return location
    return {**location, "path": "/"}


def read_documentation(importing: Importing) -> dict[str, DocumentationPart]:
    """Return the parts by ID; none if the import has the parameter `ignore=documentation`."""
    if (importing.call.params.get("parameters") or {}).get("ignore") == _IGNORED:
        return {}
    parts: list[DocumentationPart] = []
    extension = importing.document.get(_EXTENSION)
    listed = extension.get("documentationParts") if isinstance(extension, dict) else None
    for node in listed or []:
        _add(parts, {str(key): str(value) for key, value in node["location"].items()}, node.get("properties"))
    _add(parts, {"type": "API"}, _described(importing.document.get("info"), "description", "version", nested="info"))
    for path, item in (importing.document.get("paths") or {}).items():
        if isinstance(item, dict):
            _read_operations(importing, parts, path, item)
    for name, schema in importing.section("schemas").items():
        _add(parts, {"type": "MODEL", "name": name}, _described(schema, "title", "description"))
    return {part.id: part for part in parts}


def documentation_version(importing: Importing) -> tuple[str, str | None] | None:
    """Return the version and description that the extension publishes, or None."""
    extension = importing.document.get(_EXTENSION)
    if not isinstance(extension, dict) or not extension.get("version"):
        return None
    return str(extension["version"]), extension.get("description")


def _read_operations(importing: Importing, parts: list[DocumentationPart], path: str, item: Json) -> None:
    for verb, operation in item.items():
        if not isinstance(operation, dict) or verb not in ("get", "put", "post", "delete", "patch", "options", "head"):
            continue
        place = {"path": path, "method": verb.upper()}
        _add(parts, {"type": "METHOD", **place}, _described(operation, "summary", "description", "tags"))
        for node in operation.get("parameters") or []:
            parameter = importing.resolved(node)
            kind = {"query": "QUERY_PARAMETER", "path": "PATH_PARAMETER", "header": "REQUEST_HEADER"}.get(
                str(parameter.get("in"))
            )
            if kind:
                location = {"type": kind, **place, "name": str(parameter.get("name"))}
                _add(parts, location, _described(parameter, "description"))
        body = importing.resolved(operation.get("requestBody") or {})
        _add(parts, {"type": "REQUEST_BODY", **place}, _described(body, "description"))
        for code, node in (operation.get("responses") or {}).items():
            response = importing.resolved(node)
            located = {**place, "statusCode": str(code)}
            _add(parts, {"type": "RESPONSE", **located}, _described(response, "description"))
            for name, header in (response.get("headers") or {}).items():
                location = {"type": "RESPONSE_HEADER", **located, "name": str(name)}
                _add(parts, location, _described(importing.resolved(header), "description"))


def _described(node: Any, *keys: str, nested: str | None = None) -> Json | None:
    if not isinstance(node, dict):
        return None
    found: Json = {key: node[key] for key in keys if node.get(key)}
    if not found:
        return None
    return {nested: found} if nested else found


def _add(parts: list[DocumentationPart], location: dict[str, str], properties: Any) -> None:
    place = documented_place(location)
    if properties is None or any(part.location == place for part in parts):
        return
    text = properties if isinstance(properties, str) else json.dumps(properties)
    parts.append(DocumentationPart(id=str(uuid.uuid4()), location=place, properties=text))
