"""`-c` paths and types, compared with the documentation and source code of `pulumi config set --path`."""

from __future__ import annotations

from typing import Any

import pytest

from cross_account_sandbox.deploy.config_paths import assign, parse, typed
from cross_account_sandbox.deploy.errors import UsageError


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("root", ("root",)),
        ("root.nested", ("root", "nested")),
        ('root["nested"]', ("root", "nested")),
        ("root.double.nest", ("root", "double", "nest")),
        ('root["double"].nest', ("root", "double", "nest")),
        ("root.array[0]", ("root", "array", 0)),
        ("root.array[100]", ("root", "array", 100)),
        ("root.array[0].nested", ("root", "array", 0, "nested")),
        ('root["key with \\"escaped\\" quotes"]', ("root", 'key with "escaped" quotes')),
        ('root["key with a ."]', ("root", "key with a .")),
        ('["root key with a ."][100]', ("root key with a .", 100)),
    ],
)
def test_a_path_is_read_as_pulumi_documents_it(path: str, steps: tuple[str | int, ...]) -> None:
    assert parse(path) == steps


@pytest.mark.parametrize("path", ["", "[0]", ".root", "root[", 'root["a', "root..a", "root[a]"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(UsageError):
        parse(path)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("10", 10),
        ("-3", -3),
        ("0", 0),
        ("012345678901", "012345678901"),
        ("222222222222", 222222222222),
        ("1.5", "1.5"),
        ("", ""),
        ("eu-west-1", "eu-west-1"),
    ],
)
def test_a_value_below_the_root_is_typed_as_pulumi_types_it(text: str, value: Any) -> None:
    assert typed(text) == value


def test_a_value_at_the_root_stays_text() -> None:
    values: dict[str, Any] = {}
    assign(values, "stageName", "10")
    assert values == {"stageName": "10"}


def test_objects_and_lists_are_made_on_the_way() -> None:
    values: dict[str, Any] = {"accounts": {"api": {"id": "1"}}}
    assign(values, "accounts.api.region", "eu-west-1")
    assign(values, "names[0]", "a")
    assign(values, "names[1].deep", "b")
    assert values == {"accounts": {"api": {"id": "1", "region": "eu-west-1"}}, "names": ["a", {"deep": "b"}]}


@pytest.mark.parametrize("path", ["name.nested", "names[3]", "names.key", "object[0]"])
def test_a_path_through_something_else_is_refused(path: str) -> None:
    values: dict[str, Any] = {"name": "text", "names": ["a"], "object": {}}
    with pytest.raises(UsageError, match="cannot be set in"):
        assign(values, path, "x")
