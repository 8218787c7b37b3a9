"""The old resource that a new one continues."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pulumi import Alias

from cross_account_api.testing import record
from tests.upgrade.aliases import AliasConflictError, continued
from tests.upgrade.moves import MOVES, part
from tests.upgrade.registrations import Registration, program_of


def _registered(version: Callable[[], Any]) -> dict[str, Registration]:
    def program() -> None:
        version()

    return dict(program_of(record(program, project="moves")).registrations)


@pytest.mark.parametrize("name", MOVES)
def test_a_resource_that_moved_is_found_by_its_aliases_and_those_of_its_parents(name: str) -> None:
    move = MOVES[name]
    old, new = _registered(move.old), _registered(move.new)

    found = continued(old, new)

    names = {new[urn].name: old[found[urn]].name if urn in found else None for urn in new}
    assert names == move.kept


@pytest.mark.parametrize(
    "version",
    [
        pytest.param([part("one"), part("two", aliases=[Alias(name="one")])], id="after the one that is still there"),
        pytest.param([part("two", aliases=[Alias(name="one")]), part("one")], id="before the one that is still there"),
        pytest.param(
            [part("two", aliases=[Alias(name="one")]), part("three", aliases=[Alias(name="one")])], id="two claim one"
        ),
    ],
)
def test_an_old_resource_that_two_claim_is_a_conflict(version: list[Callable[[], Any]]) -> None:
    new = _registered(lambda: [each() for each in version])

    with pytest.raises(AliasConflictError, match="::one"):
        continued(_registered(part("one")), new)
