"""The schema of the Pulumi package, from the argument classes of the components: types, defaults, descriptions."""

from __future__ import annotations

import dataclasses
import json
import sys
import typing
from collections.abc import Mapping, Sequence
from importlib.metadata import version as distribution_version
from pathlib import Path
from typing import Any, Literal

import pulumi
from pydantic.alias_generators import to_camel

from cross_account_api.accounts import Account
from cross_account_api.package.accounts import AccountsArgs
from cross_account_api.package.components import COMPONENTS, PACKAGE, Component
from cross_account_api.package.description import (
    Field,
    described,
    fields,
    hints_of,
    plain_options,
    summary,
    takes_outputs,
)

_ANY = {"$ref": "pulumi.json#/Any"}
_SCALARS = {str: "string", Path: "string", int: "integer", float: "number", bool: "boolean"}
_LANGUAGES = ("csharp", "go", "nodejs", "python")


def package_schema(version: str) -> dict[str, Any]:
    """The whole schema. A test compares it with components/schema.json."""
    types: dict[str, Any] = {}
    return {
        "name": PACKAGE,
        "version": version,
        "displayName": "Cross-account API",
        "description": "An API in API Gateway in one AWS account that invokes Lambda functions in others.",
        "keywords": ["pulumi", "category/cloud", "kind/component", "aws", "api-gateway", "lambda"],
        "license": "Apache-2.0",
        "language": {name: {"respectSchemaVersion": True} for name in _LANGUAGES},
        "resources": {each.token: _resource(each, types) for each in COMPONENTS},
        "types": dict(sorted(types.items())),
    }


def outputs(kind: type[pulumi.ComponentResource]) -> dict[str, str]:
    """The outputs of a component: its attributes annotated as outputs, with their keys in the package."""
    return {name: to_camel(name) for name, hint in hints_of(kind).items() if takes_outputs(hint)}


def _resource(component: Component, types: dict[str, Any]) -> dict[str, Any]:
    own = [*fields(AccountsArgs), *fields(component.args)]
    texts = described(component.kind)
    properties = {
        key: {"type": "string", "description": texts.get(name, "")} for name, key in outputs(component.kind).items()
    }
    return {
        "isComponent": True,
        "description": summary(component.kind),
        "inputProperties": {field.key: _property(field, types) for field in own},
        "requiredInputs": sorted(field.key for field in own if field.required),
        "properties": properties,
    }


def _property(field: Field, types: dict[str, Any]) -> dict[str, Any]:
    spec = {**_spec(field.hint, types), "description": field.description}
    if field.default is not None:
        spec["default"] = field.default
    if field.secret:
        spec["secret"] = True
    if not takes_outputs(field.hint) and spec.get("type") in _SCALARS.values():
        spec["plain"] = True
    return spec


def _spec(hint: Any, types: dict[str, Any]) -> dict[str, Any]:
    plain = [each for each in plain_options(hint) if each is not Path]  # a path is text, which is another option
    if len(plain) > 1:
        return {"oneOf": [_spec(each, types) for each in plain]}
    only = plain[0]
    origin, inner = typing.get_origin(only), typing.get_args(only)
    if only is Account or origin is Literal:
        return {"type": "string"}
    if only in _SCALARS:
        return {"type": _SCALARS[only]}
    if isinstance(only, type) and issubclass(only, pulumi.Archive):
        return {"$ref": "pulumi.json#/Archive"}
    if dataclasses.is_dataclass(only):
        return _reference(typing.cast("type", only), types)
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _spec(inner[1], types)}
    if origin is tuple or (origin is not None and issubclass(origin, Sequence)):
        return {"type": "array", "items": _spec(inner[0], types)}
    return _ANY


def _reference(kind: type, types: dict[str, Any]) -> dict[str, Any]:
    token = f"{PACKAGE}:index:{kind.__name__.removesuffix('Args')}"
    if any(token == each.token for each in COMPONENTS):  # a function that another component creates
        token = f"{PACKAGE}:index:New{token.rpartition(':')[2]}"
    if token not in types:
        types[token] = {}  # before its properties, which may refer to it
        types[token] = {
            "type": "object",
            "description": summary(kind),
            "properties": {field.key: _property(field, types) for field in fields(kind)},
            "required": sorted(field.key for field in fields(kind) if field.required),
        }
    return {"$ref": f"#/types/{token}"}


def as_text(version: str) -> str:
    """The schema as text, as in components/schema.json."""
    return json.dumps(package_schema(version), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(as_text(distribution_version(PACKAGE)))
