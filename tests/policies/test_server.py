"""The pack's gRPC server reports the same violations as its rules."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cross_account_policies.resources import UNKNOWN
from cross_account_policies.rules import RULES, STACK_RULES
from tests.policies.examining import violations
from tests.policies.refused import CASES, permission, resource
from tests.policies.server import Pack, running


@pytest.fixture(scope="module")
def pack() -> Iterator[Pack]:
    with running() as started:
        yield started


def test_it_offers_every_rule(pack: Pack) -> None:
    assert pack.names() == {rule.name for rule in RULES} | {rule.name for rule in STACK_RULES}


def test_it_answers_as_the_rules_do_in_every_case(pack: Pack) -> None:
    descriptions = {rule.name: rule.description for rule in RULES} | {
        rule.name: rule.description for rule in STACK_RULES
    }
    for case in CASES:
        for resources in (case.passes, case.refused):
            expected = {
                rule: [f"{descriptions[rule]}\n{message}" for message in messages]
                for rule, messages in violations(resources).items()
            }
            assert pack.violations(resources) == expected, str(case)


@pytest.mark.parametrize(("provider", "refused"), [("", True), ("default-account", False), ("api", False)])
def test_only_the_engines_own_provider_is_a_default_one(pack: Pack, provider: str, *, refused: bool) -> None:
    found = pack.violations([resource("lambda/function:Function", provider=provider)])

    assert ("explicit-provider" in found) is refused


def test_values_unknown_before_an_up_are_not_judged(pack: Pack) -> None:
    assert pack.violations([permission(sourceArn=UNKNOWN)]) == {}
    assert "api-gateway-permission-sources" in pack.violations([permission(sourceArn=None)])
