"""Creates a component from plain inputs, for each resource of a program."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.provider import ConstructResult, Provider

from cross_account_api.errors import ArgumentError
from cross_account_api.package.accounts import Accounts, AccountsArgs
from cross_account_api.package.components import COMPONENTS
from cross_account_api.package.description import fields
from cross_account_api.package.plain_inputs import arguments
from cross_account_api.package.schema import outputs, package_schema

_COMPONENTS = {each.token: each for each in COMPONENTS}


class PackageProvider(Provider):
    """The provider `cross-account-api`."""

    def __init__(self, version: str) -> None:
        super().__init__(version, json.dumps(package_schema(version)))

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: Mapping[str, Any],
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Create the component and its providers. Raises ArgumentError before anything is registered."""
        component = _COMPONENTS.get(resource_type)
        if component is None:
            raise ArgumentError(f"{resource_type} is not a resource of this package; it has {', '.join(_COMPONENTS)}")
        title = f"{component.kind.__name__} {name!r}"
        own = {field.key for field in fields(AccountsArgs)}
        accounts = Accounts({}, component=name, parent=options.parent if options else None)
        shared = arguments(
            AccountsArgs,
            {key: value for key, value in inputs.items() if key in own},
            title=title,
            accounts=accounts,
        )
        made = arguments(
            component.args,
            {key: value for key, value in inputs.items() if key not in own},
            title=title,
            accounts=Accounts(shared.accounts, component=name, parent=options.parent if options else None),
        )
        resource = component.kind(name, made, options)
        return ConstructResult(resource.urn, state_of(resource))


def state_of(resource: pulumi.ComponentResource) -> dict[str, pulumi.Output[Any]]:
    """The outputs of a component under their keys in the package; missing ones are left out."""
    found = {key: getattr(resource, name, None) for name, key in outputs(type(resource)).items()}
    return {key: value for key, value in found.items() if value is not None}
