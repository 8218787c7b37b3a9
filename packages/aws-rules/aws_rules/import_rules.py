"""Which OpenAPI documents API Gateway imports: versions, and names of schemas. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

Json = dict[str, Any]

_VERSION = re.compile(r"3\.0(\..*)?")
_MODEL_NAME = re.compile(r"[A-Za-z0-9]+")
#: The location of schemas in OpenAPI 3.0 and in Swagger 2.0.
_SECTIONS = ("#/components/schemas/", "#/definitions/")
_REFERENCE = re.compile(rf"({'|'.join(_SECTIONS)})([^/]+)(.*)", re.DOTALL)


def is_importable(document: Mapping[str, Any]) -> bool:
    """True for OpenAPI 3.0 and Swagger 2.0, the versions that API Gateway imports (developer guide, known issues)."""
    if document.get("openapi"):
        return _VERSION.fullmatch(str(document["openapi"])) is not None
    return str(document.get("swagger")) == "2.0"


def is_model_name(name: str) -> bool:
    """True if a model can have this name; each schema of a document becomes a model."""
    return _MODEL_NAME.fullmatch(name) is not None


def schema_names(document: Mapping[str, Any]) -> list[str]:
    """The names of the schemas that become models."""
    return [name for schemas in _schemas(document) for name in schemas]


def with_model_names(document: Mapping[str, Any]) -> Json:
    """The document with valid model names for all schemas, and with all references updated.

    `simple-user` becomes `simpleuser`, or `simpleuser2` if another schema already has that name. References are all
    `$ref`s, including those to a part of a schema, and all values of a discriminator's mapping.
    """
    names = _new_names(schema_names(document))
    if not names:
        return dict(document)
    result: Json = _renamed(document, names)
    for schemas in _schemas(result):
        renamed = {names.get(name, name): schema for name, schema in schemas.items()}
        schemas.clear()
        schemas.update(renamed)
    return result


def _schemas(document: Mapping[str, Any]) -> list[Json]:
    components = document.get("components")
    found = [components.get("schemas") if isinstance(components, Mapping) else None, document.get("definitions")]
    return [schemas for schemas in found if isinstance(schemas, dict)]


def _new_names(names: Sequence[str]) -> dict[str, str]:
    """A new name for each invalid name."""
    taken = {name for name in names if is_model_name(name)}
    renamed: dict[str, str] = {}
    for name in dict.fromkeys(names):
        if name in taken:
            continue
        base = re.sub(r"[^A-Za-z0-9]", "", name) or "Model"
        candidates = (base, *(f"{base}{number}" for number in range(2, len(taken) + 3)))
        renamed[name] = next(candidate for candidate in candidates if candidate not in taken)
        taken.add(renamed[name])
    return renamed


def _renamed(node: Any, names: Mapping[str, str]) -> Any:
    """A copy of a part of the document with updated references."""
    if isinstance(node, list | tuple):
        return [_renamed(each, names) for each in node]
    if not isinstance(node, Mapping):
        return node
    result = {key: _renamed(value, names) for key, value in node.items()}
    if isinstance(node.get("$ref"), str):
        result["$ref"] = _reference(node["$ref"], names)
    discriminator = node.get("discriminator")
    if isinstance(discriminator, Mapping) and isinstance(discriminator.get("mapping"), Mapping):
        mapping = {
            value: _reference(names.get(target, target), names) if isinstance(target, str) else target
            for value, target in discriminator["mapping"].items()
        }
        result["discriminator"]["mapping"] = mapping
    return result


def _reference(text: str, names: Mapping[str, str]) -> str:
    match = _REFERENCE.fullmatch(text)
    if match is None:
        return text
    section, escaped, rest = match.groups()
    # Names are escaped in references (RFC 6901), and can be percent-encoded as parts of a URI.
    name = unquote(escaped).replace("~1", "/").replace("~0", "~")
    return f"{section}{names[name]}{rest}" if name in names else text
