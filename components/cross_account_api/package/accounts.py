"""Accounts as plain data, from which a component of the package creates its explicit providers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from cross_account_api.accounts import Account, account_provider


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class AccountArgs:
    """An AWS account and Region, and how to log in to it.

    Without a profile or a role, the environment's credentials are used.

    id           12 digits, as text. Credentials of another account stop the deployment before anything is created
    region       Region of the resources in this account
    profile      profile of the AWS CLI to log in with
    role_arn     role of this account to assume for the deployment
    external_id  external ID that the role's trust policy requires; always encrypted in the state
    endpoint     URL of a sandbox on this machine; leave it out on AWS
    """

    id: str
    region: str
    profile: str | None = None
    role_arn: str | None = None
    external_id: pulumi.Input[str] | None = None
    endpoint: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class AccountsArgs:
    """The argument that every resource of the package has in addition to those of its component.

    accounts  the AWS accounts that other arguments refer to, each under a name of your choice
    """

    accounts: Mapping[str, AccountArgs]


class Accounts:
    """The accounts of one component by name; the first lookup of an account creates its provider."""

    def __init__(
        self, descriptions: Mapping[str, AccountArgs], *, component: str, parent: pulumi.Resource | None
    ) -> None:
        self._descriptions = descriptions
        self._component = component
        self._parent = parent
        self._made: dict[str, Account] = {}

    def fault(self, name: str) -> str | None:
        """The error if there is no account with this name, or None."""
        known = ", ".join(map(repr, self._descriptions)) or "none"
        return None if name in self._descriptions else f"accounts has no {name!r}; it has {known}"

    def __getitem__(self, name: str) -> Account:
        """The account. Raises ArgumentError for an invalid ID, Region or role."""
        if name not in self._made:
            self._made[name] = account_provider(
                f"{self._component}-{name}",
                self._descriptions[name],
                endpoint=self._descriptions[name].endpoint or None,
                # The SDK reads `protect` from a parent, and the parent of a package's component is a bare reference.
                opts=pulumi.ResourceOptions(parent=self._parent, protect=False),
            )
        return self._made[name]
