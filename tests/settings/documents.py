"""Generates the settings in Pulumi.yaml and docs/settings.md from settings.py."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

from cross_account_api.config import AccountSettings
from cross_account_api.setting_faults import fields_of
from cross_account_api.setting_fixes import setting_commands
from settings import Settings

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic.fields import FieldInfo


def pulumi_config() -> dict[str, dict[str, Any]]:
    """The `config` block of Pulumi.yaml: type, default and description of each key."""
    return {str(field.alias): _declaration(field) for field in fields_of(Settings)}


def _declaration(field: FieldInfo) -> dict[str, Any]:
    declaration: dict[str, Any] = {"type": _pulumi_type(field)}
    if declaration["type"] == "array":
        declaration["items"] = {"type": "string"}
    declaration["description"] = field.description
    if not field.is_required():
        default = field.default
        # A key without a default must be set, so optional keys are declared with an empty text.
        declaration["default"] = "" if default is None else list(default) if isinstance(default, tuple) else default
    return declaration


def _pulumi_type(field: FieldInfo) -> str:
    """Pulumi's type for a key; it has no type for numbers that are not integers."""
    if field.is_required():
        return "object"
    kinds = {bool: "boolean", int: "integer", dict: "object", tuple: "array", str: "string", type(None): "string"}
    return kinds[type(field.default)]


def markdown() -> str:
    """The table of docs/settings.md, and the table of an account's keys."""
    return f"{table(Settings)}\n## An account\n\n{table(AccountSettings)}"


def table(model: type[BaseModel]) -> str:
    """The rows of one model's keys."""
    rows = ["| key | default | values | what it decides |", "|---|---|---|---|"]
    rows += [
        f"| `{field.alias}` | {_default(field)} | {_values(field)} | {field.description} |"
        for field in fields_of(model)
    ]
    return "\n".join(rows) + "\n"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be set"
    if field.default is None or field.default in ((), {}):
        return "none"
    return f"`{json.dumps(field.default) if isinstance(field.default, bool | int | float) else field.default}`"


def _values(field: FieldInfo) -> str:
    """The allowed values, or an example."""
    choices = [choice for choice in get_args(field.annotation) if isinstance(choice, str)]
    if choices:
        return ", ".join(f"`{choice}`" for choice in choices)
    if isinstance(field.default, bool):
        return "`true`, `false`"
    example = (field.examples or [""])[0]
    if not isinstance(example, dict | list):
        return f"such as `{example}`"
    parts = setting_commands([str(field.alias)], example)
    return "such as " + ", ".join(f"`{part.removeprefix('pulumi config set ')}`" for part in parts)
