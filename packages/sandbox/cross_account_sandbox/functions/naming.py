"""Parses how a call names a function: by name, partial ARN or ARN, with the qualifier in it or in a separate parameter.

Source: Lambda API reference, "FunctionName" of each operation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from aws_rules.arns import function_arn
from cross_account_sandbox.control_plane.service import Call
from cross_account_sandbox.functions.call_permission import check_granted
from cross_account_sandbox.functions.errors import invalid, missing, not_found
from cross_account_sandbox.functions.store import Function, FunctionVersion

#: Matches every name that fits one of the model's patterns, which are checked before this.
_REFERENCE = re.compile(
    r"(?:arn:(?:aws[a-zA-Z-]*)?:lambda:)?(?:(?P<region>(?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?"
    r"(?:(?P<account>\d{12}):)?(?:function:)?(?P<name>[a-zA-Z0-9-_.]+)"
    r"(?::(?P<qualifier>\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]+))?",
    re.ASCII,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionReference:
    """A function as a call names it."""

    account: str
    region: str
    name: str
    qualifier: str | None

    @property
    def arn(self) -> str:
        """The function's ARN, with the qualifier if the call has one."""
        return function_arn(region=self.region, account=self.account, name=self.name, qualifier=self.qualifier)


def reference(call: Call) -> FunctionReference:
    """Parse the call's FunctionName and Qualifier. Raises AwsError if their qualifiers differ."""
    match = _REFERENCE.fullmatch(str(call.params["FunctionName"]))
    assert match is not None, call.params["FunctionName"]  # noqa: S101 - the model's pattern has been checked
    region = match["region"] or call.region
    if region != call.region:
        raise missing(f"Functions from '{region}' are not reachable in this region ('{call.region}')")
    inside, beside = match["qualifier"], call.params.get("Qualifier")
    if inside and beside and inside != beside:
        raise invalid("The derived qualifier from the function name does not match the specified qualifier.")
    return FunctionReference(
        account=match["account"] or call.account, region=region, name=match["name"], qualifier=beside or inside
    )


def function_of(call: Call, *, shown: str | None = None) -> tuple[Function, FunctionReference]:
    """Look up the function. Raises AwsError if it does not exist or belongs to an account that does not grant the call.

    shown  the qualifier in the message "Function not found": by default the call's, none if empty
    """
    named = reference(call)
    if named.account != call.account:
        return check_granted(call, found(call, named), arn=named.arn, qualifier=named.qualifier), named
    function = found(call, named)
    if function is None:
        raise not_found((named if shown is None else replace(named, qualifier=shown or None)).arn)
    return function, named


def found(call: Call, named: FunctionReference) -> Function | None:
    """The function of a reference, in the caller's account or another; None if it does not exist."""
    return call.world.functions(named.account, named.region).functions.get(named.name)


def version_of(call: Call) -> tuple[Function, FunctionVersion, FunctionReference]:
    """Look up the function and the version behind the qualifier. Raises AwsError if either is missing."""
    function, named = function_of(call)
    version = function.resolve(named.qualifier)
    if version is None:
        raise not_found(named.arn)
    return function, version, named
