"""Apply the pack's rules to the resources that a program registers on mocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cross_account_api import testing
from cross_account_policies.resources import Resource
from cross_account_policies.rules import RULES, STACK_RULES


def violations(
    resources: Sequence[Resource], config: Mapping[str, Mapping[str, object]] | None = None
) -> dict[str, list[str]]:
    """The required changes, by rule; only rules with violations."""
    found = {rule.name: [message for each in resources for message in rule.check(each)] for rule in RULES}
    for rule in STACK_RULES:
        found[rule.name] = [message for _, message in rule.check(resources, (config or {}).get(rule.name, {}))]
    return {name: messages for name, messages in found.items() if messages}


def recorded(made: testing.Recording) -> list[Resource]:
    """A recording in the form for the rules, with each resource's outputs, as after `up`."""
    return [_resource(each) for each in made.resources]


def _resource(each: testing.Resource) -> Resource:
    properties: dict[str, Any] = {**each.state, **each.inputs}
    return Resource(
        type=each.type, name=each.name, urn=each.urn, id=each.id, provider=each.provider, properties=properties
    )
