"""The resource options of a component's children, made in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from cross_account_api.accounts import Account


@dataclass(frozen=True, kw_only=True, slots=True)
class Children:
    """Options for the children of one component.

    Every child names its provider: options merged from the parent would drop it, and of two providers of one package
    Pulumi keeps the last in silence. Every child is created before the resource it replaces is deleted:
    pulumi-aws deletes first wherever a name was given, and what depends on it would go with it, before the stage
    moves. That is safe here because no name collides with itself (each statement gets an id of its own, names of global
    resources are automatic).
    """

    parent: pulumi.Resource

    def options(
        self,
        account: Account,
        *,
        depends_on: Sequence[pulumi.Resource] = (),
        protect: bool | None = None,
        retain: bool = False,
        parent: pulumi.Resource | None = None,
        ignore_changes: Sequence[str] = (),
    ) -> pulumi.ResourceOptions:
        """Options of a child in this account. `retain` leaves it in the account when Pulumi forgets it."""
        return pulumi.ResourceOptions(
            parent=parent or self.parent,
            provider=account.provider,
            depends_on=list(depends_on),
            delete_before_replace=False,
            protect=protect or None,
            retain_on_delete=retain or None,
            ignore_changes=list(ignore_changes),
        )
