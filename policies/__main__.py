"""The policy pack: registers the rules of cross_account_policies with Pulumi."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    PolicyPack,
    PolicyProviderResource,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from cross_account_policies.resources import UNKNOWN, Resource
from cross_account_policies.rules import RULES, STACK_RULES, Rule, StackRule

_ACCOUNTS = PolicyConfigSchema(
    properties={
        "accounts": {
            "type": "array",
            "items": {"type": "string", "pattern": "^[0-9]{12}$"},
            "description": "Accounts that APIs can call besides those of the stack's providers and references.",
        }
    }
)
#: The name of a provider that the engine creates for resources without an explicit one: default, default_7_51_1.
_DEFAULT = re.compile(r"default(_\d.*)?")


def _resource_policy(rule: Rule) -> ResourceValidationPolicy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        for message in rule.check(_resource(args)):
            report(message, args.urn)

    return ResourceValidationPolicy(rule.name, rule.description, validate)


def _stack_policy(rule: StackRule) -> StackValidationPolicy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        resources = [_resource(each) for each in args.resources]
        for resource, message in rule.check(resources, args.get_config()):
            report(message, resource.urn)

    schema = _ACCOUNTS if rule.name == "no-third-account" else None
    return StackValidationPolicy(rule.name, rule.description, validate, config_schema=schema)


def _resource(given: ResourceValidationArgs | PolicyResource) -> Resource:
    properties = _plain(given.props)
    identity = properties.get("id")
    return Resource(
        type=given.resource_type,
        name=given.name,
        urn=given.urn,
        properties=properties,
        id=identity if isinstance(identity, str) else "",
        provider=_provider_name(given.provider),
    )


def _provider_name(provider: PolicyProviderResource | None) -> str:
    return "" if provider is None or _DEFAULT.fullmatch(provider.name) else provider.name


def _plain(value: Any) -> Any:
    """The value without the SDK's proxies, which raise an error when an unknown value is read."""
    if isinstance(value, Mapping):
        return {key: _item(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_item(value, index) for index in range(len(value))]
    return value


def _item(container: Any, key: Any) -> Any:
    try:
        return _plain(container[key])
    except UnknownValueError:
        return UNKNOWN


def _policies() -> list[Policy]:
    return [*map(_resource_policy, RULES), *map(_stack_policy, STACK_RULES)]


if __name__ == "__main__":
    PolicyPack("cross-account-api", _policies(), enforcement_level=EnforcementLevel.MANDATORY)
