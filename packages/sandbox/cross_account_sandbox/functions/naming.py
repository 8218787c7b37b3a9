"""How a call names a function: by name, partial ARN or ARN, with a qualifier inside or beside it.

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

#: Every name that fits one of the model's patterns, which have been checked by then.
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
        """With the qualifier where one was named."""
        return function_arn(region=self.region, account=self.account, name=self.name, qualifier=self.qualifier)


def reference(call: Call) -> FunctionReference:
    """The function that the call's FunctionName and Qualifier name. Raises AwsError where they differ."""
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
    """The function named. Raises AwsError where it is not there, or another account's that does not grant the call.

    shown  the qualifier that "Function not found" shows: the one that was named by default, none if empty
    """
    named = reference(call)
    if named.account != call.account:
        return check_granted(call, found(call, named), arn=named.arn, qualifier=named.qualifier), named
    function = found(call, named)
    if function is None:
        raise not_found((named if shown is None else replace(named, qualifier=shown or None)).arn)
    return function, named


def found(call: Call, named: FunctionReference) -> Function | None:
    """The function of a reference, whose account may be another than the caller's; None where there is none."""
    return call.world.functions(named.account, named.region).functions.get(named.name)


def version_of(call: Call) -> tuple[Function, FunctionVersion, FunctionReference]:
    """The function named, and the code behind the qualifier. Raises AwsError where either is missing."""
    function, named = function_of(call)
    version = function.resolve(named.qualifier)
    if version is None:
        raise not_found(named.arn)
    return function, version, named
