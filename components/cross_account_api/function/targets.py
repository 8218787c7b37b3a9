"""The functions that a route can name: to be created, existing in an accessible account, or known only by ARN."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from aws_rules import arns
from cross_account_api.accounts import Account
from cross_account_api.errors import ArgumentError
from cross_account_api.function.function import Function, FunctionArgs


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ExistingFunction:
    """A function that exists already, in an account for which this program has a provider.

    This program creates the permission. `arn` includes the version or alias to be invoked, if any. It may come from a
    StackReference.
    """

    arn: pulumi.Input[str]
    account: Account


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ExternalFunction:
    """A function in an account that this program cannot access: its owner runs the printed command."""

    arn: pulumi.Input[str]


#: `FunctionArgs`: the API's component creates the function, in the account of these arguments.
FunctionTarget = FunctionArgs | ExistingFunction | ExternalFunction


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class BoundFunction:
    """A target whose function exists or is being created, with what the integration and the permission need.

    account     None if the program has no provider for it
    qualifier   version or alias; None for the function without a qualifier
    """

    label: str
    account: Account | None
    region: pulumi.Output[str]
    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    invoke_arn: pulumi.Output[str]
    qualifier: pulumi.Output[str | None]

    @property
    def uri(self) -> pulumi.Output[str]:
        """The integration's invoke URI."""
        return pulumi.Output.all(self.region, self.invoke_arn).apply(lambda parts: arns.invoke_uri_in(*parts))


def bind(label: str, target: FunctionTarget, *, component: str, parent: pulumi.Resource) -> BoundFunction:
    """Create the function if it is new, and return what the integration and the permission need."""
    if isinstance(target, FunctionArgs):
        function = Function(f"{component}-{label}", target, pulumi.ResourceOptions(parent=parent))
        return BoundFunction(
            label=label,
            account=target.account,
            region=pulumi.Output.from_input(target.account.region),
            name=function.name,
            arn=function.arn,
            invoke_arn=function.invoke_arn,
            qualifier=pulumi.Output.from_input(function.qualifier),
        )
    account = target.account if isinstance(target, ExistingFunction) else None
    parsed = pulumi.Output.from_input(target.arn).apply(lambda arn: checked_arn(label, arn, account))
    return BoundFunction(
        label=label,
        account=account,
        region=parsed.apply(lambda arn: arn.region),
        name=parsed.apply(lambda arn: arn.name),
        arn=parsed.apply(lambda arn: str(arn.unqualified)),
        invoke_arn=parsed.apply(str),
        qualifier=parsed.apply(lambda arn: arn.qualifier),
    )


def checked_arn(label: str, text: str, account: Account | None) -> arns.FunctionArn:
    """Parse the ARN. Raises ArgumentError if it is not a function's, or not of the target's account."""
    try:
        arn = arns.FunctionArn.parse(text)
    except arns.ArnError as error:
        raise ArgumentError(f"function {label!r}: {error}") from None
    if account is not None and (arn.account, arn.region) != (account.id, account.region):
        raise ArgumentError(
            f"function {label!r}: {text} is in {arn.account} ({arn.region}), but its account was given as {account}"
        )
    return arn
