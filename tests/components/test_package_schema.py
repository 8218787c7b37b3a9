"""The Pulumi package's schema: it is complete, the file is up to date, and changes are in the changelog."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from cross_account_api.package.components import COMPONENTS
from cross_account_api.package.schema import as_text, package_schema

ROOT = Path(__file__).resolve().parents[2]
_FILE = ROOT / "components" / "schema.json"
_WRITE = ".venv/bin/python -m cross_account_api.package.schema > components/schema.json"
_SCHEMA = package_schema(version("cross-account-api"))
_PREFIX = "cross-account-api:index:"


def _described() -> dict[str, str]:
    """The description of every resource, type and property."""
    texts = {}
    for token, each in [*_SCHEMA["resources"].items(), *_SCHEMA["types"].items()]:
        texts[token] = each["description"]
        for kind in ("inputProperties", "properties"):
            texts |= {f"{token}.{name}": spec["description"] for name, spec in each.get(kind, {}).items()}
    return texts


def test_the_file_is_what_the_arguments_of_the_components_give() -> None:
    assert _FILE.read_text("utf-8") == as_text(version("cross-account-api")), f"to fix: {_WRITE}"


def test_a_change_of_the_schema_has_a_line_in_the_changelog() -> None:
    digest = hashlib.sha256(_FILE.read_bytes()).hexdigest()[:12]
    assert f"schema {digest}" in (ROOT / "CHANGELOG.md").read_text("utf-8"), (
        f"components/schema.json changed: say in CHANGELOG.md what is new for programs, and end that line with "
        f"(schema {digest})"
    )


def test_the_package_has_a_resource_for_each_part() -> None:
    parts = "ApiVpcEndpoint CallerRole Consumer CrossAccountApi CustomDomain Function HttpApi Preauthorization"
    assert {f"{_PREFIX}{part}" for part in parts.split()} <= _SCHEMA["resources"].keys()
    assert {each.token for each in COMPONENTS} == _SCHEMA["resources"].keys()


@pytest.mark.parametrize(("place", "text"), _described().items(), ids=list(_described()))
def test_everything_has_a_description_that_suits_every_language(place: str, text: str) -> None:
    assert text, place
    assert not any(word in text for word in ("None", "ArgumentError", "args.", "_account", "pulumi_aws"))


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (("resources", "CrossAccountApi", "inputProperties", "authorization"), {"default": "NONE"}),
        (("resources", "CrossAccountApi", "inputProperties", "deletionProtection"), {"default": False}),
        (("resources", "Function", "inputProperties", "memorySize"), {"default": 256, "type": "integer"}),
        (("resources", "CallerRole", "inputProperties", "externalId"), {"secret": True, "type": "string"}),
        (("types", "Account", "properties", "externalId"), {"secret": True, "type": "string"}),
        (("types", "Account", "properties", "id"), {"type": "string", "plain": True}),
        (("types", "Route", "properties", "function"), {"type": "string"}),
        (("resources", "CrossAccountApi", "properties", "url"), {"type": "string"}),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, tuple) else "",
)
def test_the_schema_has_types_defaults_and_secrets(place: tuple[str, ...], said: dict[str, Any]) -> None:
    section, name, kind, key = place
    found = _SCHEMA[section][f"{_PREFIX}{name}"][kind][key]
    assert found.items() >= said.items()


def test_every_reference_leads_to_a_type_and_no_type_has_the_token_of_a_resource() -> None:
    named = {part.split('"')[0] for part in json.dumps(_SCHEMA).split('"#/types/')[1:]}
    assert named == _SCHEMA["types"].keys()
    assert not _SCHEMA["types"].keys() & _SCHEMA["resources"].keys()


def test_the_schema_lists_the_required_inputs() -> None:
    api = _SCHEMA["resources"][f"{_PREFIX}CrossAccountApi"]
    assert api["requiredInputs"] == ["account", "accounts", "functions", "routes"]
    assert _SCHEMA["types"][f"{_PREFIX}Account"]["required"] == ["id", "region"]
