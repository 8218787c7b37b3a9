"""Parts of a resource's path, and base paths of custom domains."""

from __future__ import annotations

import pytest

from aws_rules.paths import is_base_path, is_path_part, is_single_level


@pytest.mark.parametrize(
    ("text", "held"),
    [
        # Measured on AWS (getmoto/moto#6148): letters, digits and . _ - : or one variable, which can be greedy.
        ("pets", True),
        ("v1.0_beta-2", True),
        ("pets:search", True),
        ("{petId}", True),
        ("{proxy+}", True),
        # Developer guide, "Amazon API Gateway important notes": a comma is also allowed.
        ("a,b", True),
        ("@me", False),
        ("a$b", False),
        ("(a)", False),
        ("a=b", False),
        ("%20", False),
        ("a b", False),
        ("a/b", False),
        ("{a}b", False),
        ("{a}{b}", False),
        ("{a++}", False),
        ("{}", False),
        ("", False),
    ],
)
def test_a_path_part_has_api_gateways_characters_or_is_one_variable(text: str, held: bool) -> None:
    assert is_path_part(text) is held


@pytest.mark.parametrize(
    ("text", "held"),
    [
        # Developer guide, "Use API mappings to connect API stages to a custom domain name for REST APIs": only letters,
        # numbers and $-_.+!*'()/, at most 300 characters.
        ("orders", True),
        ("orders/v1/items", True),
        ("$-_.+!*'()", True),
        ("a" * 300, True),
        ("a" * 301, False),
        ("", False),
        ("/orders", False),
        ("orders/", False),
        ("orders//v1", False),
        ("a:b", False),
        ("a%20b", False),
        ("é", False),
    ],
)
def test_a_base_path_has_the_characters_of_api_mappings(text: str, held: bool) -> None:
    assert is_base_path(text) is held


@pytest.mark.parametrize(("text", "held"), [("orders", True), ("orders/v1", False)])
def test_a_base_path_with_a_slash_has_several_levels(text: str, held: bool) -> None:
    assert is_single_level(text) is held
