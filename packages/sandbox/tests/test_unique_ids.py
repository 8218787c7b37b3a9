"""IDs have the forms that clients and log queries expect of AWS's."""

from __future__ import annotations

import uuid

import pytest

from cross_account_sandbox.unique_ids import random_hex, random_uuid


def test_an_id_is_a_uuid_of_version_4_and_differs_from_the_others() -> None:
    made = [random_uuid() for _ in range(1000)]
    assert {(uuid.UUID(each).version, uuid.UUID(each).variant) for each in made} == {(4, uuid.RFC_4122)}
    assert [str(uuid.UUID(each)) for each in made] == made
    assert len(set(made)) == 1000


@pytest.mark.parametrize("digits", [1, 16, 24])
def test_every_random_number_has_all_its_digits(digits: int) -> None:
    made = [random_hex(digits) for _ in range(1000)]
    assert {len(each) for each in made} == {digits}
    assert set("".join(made)) == set("0123456789abcdef")
