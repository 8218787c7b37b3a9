"""Pulumi.yaml, the stacks' files and the documentation agree with settings.py."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from cross_account_api import config
from cross_account_api.testing import stack_config
from settings import Settings
from tests.projects import ROOT
from tests.settings.cli import is_of_declared_type, run
from tests.settings.documents import markdown, pulumi_config, table
from tests.settings.reading import API, FUNCTION, loaded
from tests.settings.schema import FILE, stack_schema


def test_pulumi_yaml_declares_every_key_with_the_default_and_words_of_settings_py() -> None:
    declared = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["config"]

    assert declared == json.loads(json.dumps(pulumi_config()))


def test_the_table_of_the_documentation_is_that_of_settings_py() -> None:
    assert markdown() in (ROOT / "docs" / "settings.md").read_text()


def test_the_dev_stack_shows_every_key() -> None:
    text = (ROOT / "Pulumi.dev.yaml").read_text()

    assert [key for key in pulumi_config() if f"cross-account-api:{key}:" not in text] == []


@pytest.mark.parametrize("stack", ["dev", "prod", "sandbox"])
def test_the_settings_of_each_stack_are_accepted(stack: str) -> None:
    config = {
        key.removeprefix("cross-account-api:"): value
        for key, value in stack_config(ROOT / f"Pulumi.{stack}.yaml").items()
        if key.startswith("cross-account-api:")
    }

    assert loaded(Settings, config).api_account.id == API["id"]


def test_nothing_else_reads_the_configuration() -> None:
    readers = [
        path.relative_to(ROOT).as_posix()
        for path in [
            ROOT / "__main__.py",
            ROOT / "settings.py",
            *(ROOT / "components").rglob("*.py"),
            *(ROOT / "examples").rglob("*.py"),
        ]
        if "pulumi.Config" in path.read_text()
    ]

    assert readers == [Path(config.__file__).relative_to(ROOT).as_posix()]


def test_every_example_of_the_documentation_is_a_command_that_works() -> None:
    """Run the tables' examples with `pulumi config set`; if an example is only a value, after its key."""
    for row in table(Settings).splitlines()[2:]:
        key, _, values, _ = (cell.strip() for cell in row.strip("|").split(" | "))
        found: dict[str, Any] = {"apiAccount": {**API}, "functionAccount": {**FUNCTION}}
        for example in re.findall(r"`([^`]+)`", values):
            command = example if example.startswith("--path") else f"--path {key.strip('`')} {example}"
            run(found, f"pulumi config set {command}")
            assert [each for each in found if not is_of_declared_type(each, found[each])] == []
            loaded(Settings, found)


def test_the_schema_for_editors_is_that_of_settings_py() -> None:
    """To update the schema, run `python -m tests.settings.schema`."""
    assert json.loads(FILE.read_text()) == json.loads(json.dumps(stack_schema()))


@pytest.mark.parametrize("stack", ["dev", "prod", "sandbox"])
def test_an_editor_accepts_the_settings_of_each_stack(stack: str) -> None:
    text = (ROOT / f"Pulumi.{stack}.yaml").read_text()
    assert text.startswith("# yaml-language-server: $schema=docs/settings.schema.json\n")
    Draft7Validator(stack_schema()).validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("memorySize", 64),
        ("stageNmae", "dev"),
        ("endpointType", "PRIVATE"),
        ("alias", True),
        ("apiAccount", {"id": "123", "region": "eu-west-1"}),
        ("apiAccount", {"id": "111111111111"}),
    ],
)
def test_an_editor_marks_a_wrong_setting(key: str, value: object) -> None:
    stack = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())
    stack["config"][f"cross-account-api:{key}"] = value
    assert not Draft7Validator(stack_schema()).is_valid(stack)
