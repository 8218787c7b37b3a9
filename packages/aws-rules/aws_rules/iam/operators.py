"""IAM's condition operators: each compares one value of a policy with one value of a request.

Source: IAM user guide, reference_policies_elements_condition_operators. aws_rules.iam.conditions handles negation
(`…Not…`), set qualifiers and absent keys.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from aws_rules.iam import patterns


class MalformedValueError(ValueError):
    """A value in the policy that its operator cannot parse, so the condition cannot be decided."""


Comparison = Callable[[str, str], bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Operator:
    """How one operator compares. `negated`: it is true if NO value of the policy matches."""

    compare: Comparison
    negated: bool = False
    variables: bool = False


def _ignore_case(wanted: str, got: str) -> bool:
    return patterns.equal(wanted.casefold(), got.casefold())


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.strip())
    except InvalidOperation as error:
        raise MalformedValueError(f"{text!r} is not a number") from error


def _instant(text: str) -> Decimal:
    """Seconds since 1970: an ISO 8601 date of the W3C profile, or the seconds themselves."""
    try:
        return Decimal(text.strip())
    except InvalidOperation:
        pass
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise MalformedValueError(f"{text!r} is neither an ISO 8601 date nor seconds since 1970") from error
    return Decimal(str((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()))


def _ordered(read: Callable[[str], Decimal], holds: Callable[[Decimal, Decimal], bool]) -> Comparison:
    """A comparison of quantities, `holds(request's value, policy's value)`; an invalid request value never matches."""

    def compare(wanted: str, got: str) -> bool:
        limit = read(wanted)
        try:
            return holds(read(got), limit)
        except MalformedValueError:
            return False

    return compare


def _bool(wanted: str, got: str) -> bool:
    if wanted.lower() not in ("true", "false"):
        raise MalformedValueError(f"{wanted!r} is neither true nor false")
    return wanted.lower() == got.lower()


def _binary(wanted: str, got: str) -> bool:
    try:
        return base64.b64decode(wanted, validate=True) == base64.b64decode(got, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedValueError(f"{wanted!r} or {got!r} is not base64") from error


def _in_network(wanted: str, got: str) -> bool:
    try:
        network = ipaddress.ip_network(wanted, strict=False)
    except ValueError as error:
        raise MalformedValueError(f"{wanted!r} is neither an IP address nor a range such as 203.0.113.0/24") from error
    try:
        address = ipaddress.ip_address(got)
    except ValueError:
        return False
    return address.version == network.version and address in network


_COMPARISONS: dict[str, tuple[Comparison, bool]] = {
    "StringEquals": (patterns.equal, True),
    "StringEqualsIgnoreCase": (_ignore_case, True),
    "StringLike": (patterns.like, True),
    # The page says "ArnEquals and ArnLike behave identically": both accept wildcards.
    "ArnEquals": (patterns.arn_matches, True),
    "ArnLike": (patterns.arn_matches, True),
    "NumericEquals": (_ordered(_number, lambda got, wanted: got == wanted), False),
    "NumericLessThan": (_ordered(_number, lambda got, wanted: got < wanted), False),
    "NumericLessThanEquals": (_ordered(_number, lambda got, wanted: got <= wanted), False),
    "NumericGreaterThan": (_ordered(_number, lambda got, wanted: got > wanted), False),
    "NumericGreaterThanEquals": (_ordered(_number, lambda got, wanted: got >= wanted), False),
    "DateEquals": (_ordered(_instant, lambda got, wanted: got == wanted), False),
    "DateLessThan": (_ordered(_instant, lambda got, wanted: got < wanted), False),
    "DateLessThanEquals": (_ordered(_instant, lambda got, wanted: got <= wanted), False),
    "DateGreaterThan": (_ordered(_instant, lambda got, wanted: got > wanted), False),
    "DateGreaterThanEquals": (_ordered(_instant, lambda got, wanted: got >= wanted), False),
    "Bool": (_bool, False),
    "BinaryEquals": (_binary, False),
    "IpAddress": (_in_network, False),
}
_NEGATIONS = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}

#: Every operator but Null, by its name in a policy.
OPERATORS: Mapping[str, Operator] = {
    **{name: Operator(compare=compare, variables=variables) for name, (compare, variables) in _COMPARISONS.items()},
    **{
        name: Operator(compare=_COMPARISONS[positive][0], negated=True, variables=_COMPARISONS[positive][1])
        for name, positive in _NEGATIONS.items()
    },
}
