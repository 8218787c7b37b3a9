"""What Pulumi.yaml and docs/settings.md must say of the settings, made from settings.py."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

from components.setting_faults import fields_of
from settings import AccountSettings, Settings

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
        # A key with no default must be set, so what may be absent is declared with an empty text.
        declaration["default"] = "" if default is None else list(default) if isinstance(default, tuple) else default
    return declaration


def _pulumi_type(field: FieldInfo) -> str:
    kinds: dict[type, str] = {bool: "boolean", int: "integer", float: "integer", dict: "object", tuple: "array"}
    if field.is_required():
        return "object"
    return kinds.get(type(field.default), "string")


def markdown() -> str:
    """The table of docs/settings.md, and that of an account's keys."""
    return f"{_table(Settings)}\n## An account\n\n{_table(AccountSettings)}"


def readme_table() -> str:
    """The table of README.md."""
    return _table(Settings)


def _table(model: type[BaseModel]) -> str:
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
    """The words to choose from, or an example."""
    choices = [choice for choice in get_args(field.annotation) if isinstance(choice, str)]
    if choices:
        return ", ".join(f"`{choice}`" for choice in choices)
    if isinstance(field.default, bool):
        return "`true`, `false`"
    return "such as " + ", ".join(f"`{example}`" for example in field.examples or ())
