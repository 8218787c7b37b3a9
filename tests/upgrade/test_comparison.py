"""The reported changes of an update from one registered program to another."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from cross_account_api.testing import record
from tests.components.builders import FUNCTION, account
from tests.upgrade.allowed import Allowed
from tests.upgrade.comparison import compare
from tests.upgrade.recorded_programs import Recorded, load, save
from tests.upgrade.registrations import Case, Program, Registration, program_of

_PART = "urn:pulumi:dev::shop::x:y:Part::part"
_PROVIDER = Registration(
    urn="urn:pulumi:dev::shop::pulumi:providers:aws::api",
    custom=True,
    parent="",
    provider="",
    inputs={"region": "eu-west-1", "allowedAccountIds": ["111111111111"], "endpoints": []},
)


def _provider(**inputs: Any) -> Registration:
    return _changed(_PROVIDER, inputs={**_PROVIDER.inputs, **inputs})


def _function(*, provider: Registration = _PROVIDER, **changes: Any) -> Registration:
    options: Mapping[str, Any] = changes.pop("options", {})
    return Registration(
        urn="urn:pulumi:dev::shop::x:y:Part$aws:lambda/function:Function::hello",
        custom=True,
        parent=_PART,
        provider=provider.urn,
        inputs={"name": "hello", "memorySize": 128, **changes},
        options=options,
    )


def _changed(registration: Registration, **changes: Any) -> Registration:
    return dataclasses.replace(registration, **changes)


def _program(*registrations: Registration, outputs: tuple[str, ...] = ("url",)) -> Program:
    part = Registration(urn=_PART, custom=False, parent="", provider="", inputs={})
    everything = [part, *registrations]
    return Program(registrations={each.urn: each for each in everything}, outputs=outputs)


_OLD = _program(_PROVIDER, _function())
_RENAMED = _changed(_PROVIDER, urn="urn:pulumi:dev::shop::pulumi:providers:aws::other")
_ALIASED = _changed(_RENAMED, aliases=({"spec": {"name": "api"}},))
_MOVED = _changed(_function(), urn="urn:pulumi:dev::shop::aws:lambda/function:Function::hello", parent="")
_FOUND = _changed(_MOVED, aliases=({"spec": {"parentUrn": _PART}},))


@pytest.mark.parametrize(
    ("new", "found"),
    [
        pytest.param(_OLD, [], id="nothing"),
        pytest.param(_program(_PROVIDER, _function(memorySize=256)), ["update hello memorySize"], id="in place"),
        pytest.param(_program(_PROVIDER, _function(timeout=3)), ["update hello timeout"], id="another input"),
        pytest.param(_program(_PROVIDER, _function(environment={})), [], id="an input without content"),
        pytest.param(_program(_PROVIDER, _function(name="other")), ["replace hello name"], id="another physical name"),
        pytest.param(_program(_PROVIDER), ["delete hello "], id="gone"),
        pytest.param(_program(_PROVIDER, _MOVED), ["create hello ", "delete hello "], id="moved"),
        pytest.param(_program(_PROVIDER, _FOUND), [], id="moved with an alias"),
        pytest.param(_program(_provider(region="eu-west-2"), _function()), ["replace api region"], id="Region"),
        pytest.param(
            _program(_provider(allowedAccountIds=["222222222222"]), _function()),
            ["replace api allowedAccountIds"],
            id="account",
        ),
        pytest.param(_program(_provider(maxRetries=2), _function()), ["update api maxRetries"], id="provider in place"),
        pytest.param(
            _program(_RENAMED, _function(provider=_RENAMED)),
            ["create other ", "delete api ", "replace hello provider"],
            id="another provider",
        ),
        pytest.param(_program(_ALIASED, _function(provider=_ALIASED)), [], id="a renamed provider with an alias"),
        pytest.param(
            _program(_PROVIDER, _function(options={"protect": True})), ["option hello protect"], id="protected"
        ),
        pytest.param(_program(_PROVIDER, _function(), outputs=("apiUrl",)), ["output  url"], id="an output less"),
    ],
)
def test_each_change_is_found_by_what_it_does(new: Program, found: list[str]) -> None:
    assert sorted(f"{each.kind} {each.name} {each.what}" for each in compare(_OLD, new)) == found


_TYPE = "aws:lambda/function:Function"


@pytest.mark.parametrize(
    ("row", "covered"),
    [
        (Allowed("replace", _TYPE, "name", "reason"), True),
        (Allowed("replace", _TYPE, "name", "reason", name="hello"), True),
        (Allowed("replace", _TYPE, "name", "reason", name="other"), False),
        (Allowed("replace", _TYPE, "memorySize", "reason"), False),
        (Allowed("replace", "aws:lambda/alias:Alias", "name", "reason"), False),
        (Allowed("update", _TYPE, "name", "reason"), False),
    ],
)
def test_a_row_allows_one_kind_of_change_of_one_input(row: Allowed, *, covered: bool) -> None:
    [finding] = compare(_OLD, _program(_PROVIDER, _function(name="other")))

    assert row.covers(finding) == covered


def _deployed(folder: Path, text: str, *, secret: bool = False) -> Program:
    folder.mkdir()
    (folder / "index.py").write_text(text, encoding="utf-8")

    def run() -> None:
        role = "arn:aws:iam::222222222222:role/r"
        aws.lambda_.Function(
            "hello",
            role=pulumi.Output.secret(role) if secret else role,
            code=pulumi.AssetArchive({"index.py": pulumi.FileAsset(str(folder / "index.py"))}),
            opts=pulumi.ResourceOptions(provider=account(FUNCTION).provider),
        )

    return program_of(record(run))


def test_of_code_only_the_content_counts_and_of_a_secret_the_value(tmp_path: Path) -> None:
    old = _deployed(tmp_path / "old", "one")

    assert compare(old, _deployed(tmp_path / "new", "one", secret=True)) == []
    assert [each.what for each in compare(old, _deployed(tmp_path / "other", "two"))] == ["code"]


def test_saved_recordings_can_be_loaded(tmp_path: Path) -> None:
    case = Case(directory=".", project="shop", stack="dev", config={"shop:a": "1"}, references={"url": "x"})
    program = _program(_ALIASED, _function(options={"protect": True}, code={"archive": {"ü": "é"}}))

    save(tmp_path / "shop.json", "1.0", {"dev": Recorded(case=case, program=program)})

    assert load(tmp_path) == {"shop dev": Recorded(case=case, program=program)}
