import re

import pytest

from cross_account_sandbox.engine_plugin.inputs import checked, defaults_of, imported
from cross_account_sandbox.engine_plugin.unknown import UNKNOWN
from cross_account_sandbox.resources.errors import HandlerError
from cross_account_sandbox.resources.table import HANDLERS
from sandbox_testing.engine_fakes import Shelf


def test_an_absent_name_becomes_automatic_and_is_recorded_as_such() -> None:
    inputs = checked(Shelf(), "books", {}, {"size": 1}, b"seed")

    assert re.fullmatch(r"books-[0-9a-f]{7}", inputs["name"])
    assert defaults_of(inputs) == {"name"}


def test_the_engine_s_seed_makes_the_same_name_in_preview_and_up() -> None:
    assert checked(Shelf(), "books", {}, {}, b"seed") == checked(Shelf(), "books", {}, {}, b"seed")


def test_an_automatic_name_is_kept_from_one_up_to_the_next() -> None:
    first = checked(Shelf(), "books", {}, {"size": 1}, b"one")

    second = checked(Shelf(), "books", first, {"size": 2}, b"two")

    assert second["name"] == first["name"]


def test_a_name_that_the_program_takes_back_becomes_automatic() -> None:
    first = checked(Shelf(), "books", {}, {"name": "mine"}, b"one")

    second = checked(Shelf(), "books", first, {}, b"two")

    assert defaults_of(first) == set()
    assert second["name"].startswith("books-")


def test_an_automatic_name_gives_way_to_a_prefix() -> None:
    permission = HANDLERS["aws:lambda/permission:Permission"]
    first = checked(permission, "grant", {}, {"function": "f"}, b"one")

    second = checked(permission, "grant", first, {"function": "f", "statementIdPrefix": "mine-"}, b"two")

    assert defaults_of(first) == {"statementId"}
    assert second == {"function": "f", "statementIdPrefix": "mine-", "__defaults": []}


def test_an_input_that_the_handler_does_not_know_is_refused_even_when_it_is_unknown() -> None:
    with pytest.raises(HandlerError, match="does not support the input 'wheels'"):
        checked(Shelf(), "books", {}, {"wheels": UNKNOWN}, None)


def test_an_unknown_input_is_kept_without_the_handler_seeing_it() -> None:
    inputs = checked(Shelf(), "books", {}, {"name": "n", "size": UNKNOWN}, None)

    assert inputs["size"] is UNKNOWN


def test_inputs_of_an_imported_resource_are_none_of_the_program_s() -> None:
    inputs = imported(Shelf(), {"name": "n", "size": 1, "key": "k"})

    assert inputs == {"name": "n", "size": 1, "__defaults": ["name", "size"]}
