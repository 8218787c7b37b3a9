"""Generates the JSON Schema of a stack's settings file from settings.py, for editors that check Pulumi.STACK.yaml.

python -m tests.settings.schema    # writes docs/settings.schema.json
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from settings import Settings

FILE = Path(__file__).resolve().parents[2] / "docs" / "settings.schema.json"
_ACCOUNT = r"^[0-9]{12}$"


def stack_schema() -> dict[str, Any]:
    """The schema of the keys below `config`; settings of other namespaces are not checked."""
    model = Settings.model_json_schema(by_alias=True)
    account = _written(model["$defs"]["AccountSettings"])
    account["properties"]["id"]["pattern"] = _ACCOUNT
    account["properties"]["externalId"] = _or_encrypted(account["properties"]["externalId"])
    keys = _written(model)["properties"]
    keys["alias"]["anyOf"] = [{"type": "string"}, {"const": False}]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Settings of a stack of cross-account-api (Pulumi.STACK.yaml)",
        "type": "object",
        "properties": {
            "config": {
                "type": "object",
                "properties": {f"cross-account-api:{key}": value for key, value in keys.items()},
                "required": [f"cross-account-api:{key}" for key in model["required"]],
                "propertyNames": {
                    "anyOf": [
                        {"enum": [f"cross-account-api:{key}" for key in keys]},
                        {"not": {"pattern": "^cross-account-api:"}},
                    ]
                },
            }
        },
        "definitions": {"AccountSettings": account},
    }


def _written(schema: Any) -> Any:
    """The schema in handwritten form: no titles from names, no null (omit the key instead), references in draft 7."""
    if isinstance(schema, list):
        return [_written(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: _written(value) for key, value in schema.items() if key not in ("title", "$defs")}
    if "$ref" in result:
        result = {"$ref": result["$ref"].replace("#/$defs/", "#/definitions/")}
    choices = [each for each in result.get("anyOf", ()) if each != {"type": "null"}]
    if choices:
        result.pop("anyOf")
        result |= choices[0] if len(choices) == 1 else {"anyOf": choices}
    if result.get("default", "") is None:
        del result["default"]
    return result


def _or_encrypted(schema: dict[str, Any]) -> dict[str, Any]:
    secure = {"type": "object", "properties": {"secure": {"type": "string"}}, "required": ["secure"]}
    return {**schema, "anyOf": [{"type": "string"}, secure]}


if __name__ == "__main__":
    FILE.write_text(json.dumps(stack_schema(), indent=2) + "\n", encoding="utf-8")
