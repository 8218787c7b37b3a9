from typing import Any

import pulumi
import pytest

from cross_account_sandbox.engine_plugin.differences import Change, ChangeKind, difference
from cross_account_sandbox.engine_plugin.unknown import UNKNOWN

_REPLACES = frozenset({"name", "colour"})


def _archive(content: str) -> pulumi.FileArchive:
    archive = pulumi.FileArchive("somewhere")
    archive.hash = content  # type: ignore[attr-defined]
    return archive


def test_equal_inputs_are_no_change() -> None:
    inputs = {"name": "a", "sizes": [1, {"x": 2}], "code": _archive("same"), "__defaults": ["name"]}

    found = difference(inputs, {**inputs, "code": _archive("same")}, replaces=_REPLACES)

    assert found.changes == {}


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ({}, {"size": 1}, ChangeKind.ADD),
        ({"size": 1}, {}, ChangeKind.DELETE),
        ({"size": 1}, {"size": None}, ChangeKind.DELETE),
        ({"size": 1}, {"size": 2}, ChangeKind.UPDATE),
        ({"size": 1}, {"size": UNKNOWN}, ChangeKind.UPDATE),
        ({"size": {"a": [1]}}, {"size": {"a": [UNKNOWN]}}, ChangeKind.UPDATE),
        ({"size": _archive("old")}, {"size": _archive("new")}, ChangeKind.UPDATE),
    ],
)
def test_a_differing_input_is_one_change(old: dict[str, Any], new: dict[str, Any], kind: ChangeKind) -> None:
    assert difference(old, new, replaces=_REPLACES).changes == {"size": Change(kind=kind, replaces=False)}


def test_an_empty_collection_is_the_same_as_none_given() -> None:
    assert difference({}, {"tags": {}, "types": []}, replaces=_REPLACES).changes == {}
    assert difference({"tags": {}, "types": []}, {}, replaces=_REPLACES).changes == {}


def test_a_change_of_a_replacing_input_takes_a_new_resource() -> None:
    found = difference({"colour": "red", "size": 1}, {"colour": "blue", "size": 2}, replaces=_REPLACES)

    assert found.replaces == ["colour"]
    assert set(found.changes) == {"colour", "size"}


def test_a_replacement_deletes_first_where_the_program_gave_the_name() -> None:
    given = difference({"name": "a"}, {"name": "b", "__defaults": []}, replaces=_REPLACES, auto_name="name")
    automatic = difference(
        {"name": "a-1", "colour": "red", "__defaults": ["name"]},
        {"name": "a-1", "colour": "blue", "__defaults": ["name"]},
        replaces=_REPLACES,
        auto_name="name",
    )

    assert given.delete_first
    assert automatic.replaces == ["colour"]
    assert not automatic.delete_first


def test_ignored_inputs_are_no_change_whatever_the_path_names_in_them() -> None:
    ignored = ["size", "tags.owner", 'types[0]["x"]']

    found = difference(
        {"size": 1, "tags": {}, "types": [1]},
        {"size": 2, "tags": {"a": "b"}, "types": [2]},
        replaces=_REPLACES,
        ignored=ignored,
    )

    assert found.changes == {}


def test_what_only_aws_said_at_an_import_is_no_change_when_the_program_is_silent() -> None:
    read = {"name": "a", "size": 128, "__defaults": ["name", "size"]}

    assert difference(read, {"name": "a", "__defaults": []}, replaces=_REPLACES).changes == {}
    assert set(difference(read, {"name": "a", "size": 256}, replaces=_REPLACES).changes) == {"size"}


@pytest.mark.parametrize(
    ("live", "wanted", "equal"),
    [
        ({"types": "REGIONAL", "ipAddressType": "ipv4"}, {"types": "REGIONAL"}, True),
        ({"types": "EDGE", "ipAddressType": "ipv4"}, {"types": "REGIONAL"}, False),
        ({}, {"types": "REGIONAL"}, False),
        (["b", "a"], ["a", "b"], True),
        (["b", "a"], ["a"], False),
        (["b"], ["a", "b"], False),
        ([{"name": "p", "more": 1}], [{"name": "p"}], True),
        ('{"Action":["a"],"Effect":"Allow"}', '{"Effect": "Allow", "Action": "a"}', True),
        ('{"Effect": "Allow"}', '{"Effect": "Deny"}', False),
        ("{not a document", "{nor this one", False),
        (5.0, 5, True),
    ],
)
def test_what_aws_spelled_itself_is_compared_by_what_the_program_asks_for(live: Any, wanted: Any, equal: bool) -> None:
    imported = {"colour": live, "__defaults": ["colour"]}

    assert (difference(imported, {"colour": wanted}, replaces=_REPLACES).changes == {}) is equal
    assert difference({"colour": live}, {"colour": wanted}, replaces=_REPLACES).changes == (
        {} if live == wanted else {"colour": Change(kind=ChangeKind.UPDATE, replaces=True)}
    )
