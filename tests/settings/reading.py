"""Read settings as a program does; returns them or the error message."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import TypeVar

import pytest

from cross_account_api.config import Program, SettingsError, load
from cross_account_api.setting_fixes import OVERRIDES
from cross_account_api.testing import record
from settings import Settings

PROJECT = "cross-account-api"
API = {"id": "111111111111", "region": "eu-west-1"}
FUNCTION = {"id": "222222222222", "region": "eu-west-1"}
Model = TypeVar("Model", bound=Program)


def read(
    values: Mapping[str, object] | None = None,
    *,
    api: object = API,
    function: object = FUNCTION,
    secrets: Collection[str] = (),
    overrides: Collection[str] = (),
) -> Settings:
    """Read this program's settings; `secrets` are stored with --secret, `overrides` are the sandbox's -c options."""
    given = {"apiAccount": api, "functionAccount": function, **(values or {})}
    return loaded(Settings, {key: value for key, value in given.items() if value is not None}, secrets, overrides)


def loaded(
    model: type[Model],
    values: Mapping[str, object],
    secrets: Collection[str] = (),
    overrides: Collection[str] = (),
    *,
    project: str = PROJECT,
) -> Model:
    """Read any program's settings."""
    config = {
        f"{project}:{key}": value if isinstance(value, str) else json.dumps(value) for key, value in values.items()
    }
    if overrides:
        config[OVERRIDES] = json.dumps(list(overrides))
    found: list[Model] = []

    def program() -> None:
        found.append(load(model))

    record(program, config=config, secret_keys=[f"{project}:{key}" for key in secrets], project=project)
    return found[0]


def refusal(
    values: Mapping[str, object] | None = None,
    *,
    api: object = API,
    function: object = FUNCTION,
    secrets: Collection[str] = (),
    overrides: Collection[str] = (),
) -> str:
    """The error message for these values."""
    with pytest.raises(SettingsError) as caught:
        read(values, api=api, function=function, secrets=secrets, overrides=overrides)
    return str(caught.value)
