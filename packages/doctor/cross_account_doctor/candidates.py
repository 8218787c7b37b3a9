"""The function that was probably meant, where a URI names one that is not there."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from aws_rules.arns import FunctionArn, partition_of_region
from cross_account_doctor import decisions
from cross_account_doctor.errors import NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cross_account_doctor.function_calls import FunctionCall
    from cross_account_doctor.survey import Survey

#: Names less alike than this are no slip of the pen.
_ALIKE = 0.6


def probable(survey: Survey, call: FunctionCall, meant: FunctionArn) -> FunctionArn | None:
    """The function that exists and is nearest to what was meant; one that already lets the API in comes first."""
    found = list(dict.fromkeys(_existing(survey, meant)))
    permitted = [arn for candidate in found for arn in _permitted(survey, call, candidate, meant.qualifier)]
    if permitted:
        return permitted[0]
    return next((_qualified(survey, arn, meant.qualifier) for arn in found), None)


def permitted_under(survey: Survey, call: FunctionCall, function: FunctionArn) -> FunctionArn | None:
    """The function under a qualifier whose policy lets the API in already; None where none does."""
    return next(_permitted(survey, call, function, None), None)


def _existing(survey: Survey, meant: FunctionArn) -> Iterator[FunctionArn]:
    """Functions that exist: the stack's own, those of the same name elsewhere, those of a name alike."""
    own = survey.target.function
    if own is not None and own.unqualified != meant.unqualified and _is_there(survey, own):
        yield own.unqualified
    places = list(_places(survey, meant))
    for account, region in places:
        if meant.name in survey.function_names(account, region):
            yield _arn(account, region, meant.name)
    for account, region in places:
        names = survey.function_names(account, region)
        for name in difflib.get_close_matches(meant.name, names, n=2, cutoff=_ALIKE):
            if name != meant.name:
                yield _arn(account, region, name)
    for account, region in places:
        names = survey.function_names(account, region)
        if len(names) == 1:
            yield _arn(account, region, names[0])


def _places(survey: Survey, meant: FunctionArn) -> Iterator[tuple[str, str]]:
    """Where functions may be: the accounts given for functions, then the API's; the URI's Region, then the API's."""
    own = survey.target.function
    accounts = [*survey.accounts.function_accounts, *([own.account] if own else []), meant.account, survey.account]
    regions = [meant.region, survey.region, *([own.region] if own else [])]
    yield from dict.fromkeys((account, region) for account in accounts for region in regions)


def _permitted(
    survey: Survey, call: FunctionCall, function: FunctionArn, qualifier: str | None
) -> Iterator[FunctionArn]:
    view = survey.function(function)
    if view is None:
        return
    try:
        for name in dict.fromkeys([qualifier, *view.aliases, None]):
            arn = function.qualified(name)
            if view.configuration(name) is None:
                continue
            if decisions.allows(survey, call, arn, view.policy(name)):
                yield arn
    except NotAllowedError:
        return


def _qualified(survey: Survey, function: FunctionArn, qualifier: str | None) -> FunctionArn:
    view = survey.function(function)
    known = view is not None and qualifier is not None and view.configuration(qualifier) is not None
    return function.qualified(qualifier if known else None)


def _is_there(survey: Survey, arn: FunctionArn) -> bool:
    view = survey.function(arn)
    try:
        return view is not None and view.exists
    except NotAllowedError:
        return False


def _arn(account: str, region: str, name: str) -> FunctionArn:
    return FunctionArn(partition=partition_of_region(region), region=region, account=account, name=name)
