"""What a URI may have meant if its function, alias or version does not exist.

A fix points a route, an alias or a permission only to the configured function: the one that the URI names, or the
stack's function with this name. All other functions are only mentioned, because a function with a similar name is a
different function.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from aws_rules.arns import FunctionArn, partition_of_region
from cross_account_doctor import decisions
from cross_account_doctor.errors import NotAllowedError
from cross_account_doctor.function_calls import FunctionCall
from cross_account_doctor.survey import Survey

#: Names that are less similar than this do not count as misspellings.
_ALIKE = 0.6
_MOST_MENTIONED = 3


def configured(survey: Survey, meant: FunctionArn) -> FunctionArn | None:
    """The stack's function with this qualifier, if the URI has its name but another account or Region."""
    own = survey.target.function
    if own is None or own.name != meant.name or own.unqualified == meant.unqualified:
        return None
    view = survey.function(own)
    try:
        known = view is not None and view.configuration(meant.qualifier) is not None
    except NotAllowedError:
        return None
    return own.qualified(meant.qualifier) if known else None


def namesake(survey: Survey, meant: FunctionArn) -> FunctionArn | None:
    """A function with the same name in another account or Region."""
    return next((arn for arn in _existing(survey, meant) if arn.name == meant.name), None)


def mention(survey: Survey, meant: FunctionArn) -> str:
    """`; there is hello in account 222222222222, us-east-1`: functions with this or a similar name."""
    found = dict.fromkeys(_existing(survey, meant))
    shown = [f"{arn.name} in account {arn.account}, {arn.region}" for arn in found if arn != meant.unqualified]
    return f"; there is {' and '.join(shown[:_MOST_MENTIONED])}" if shown else ""


def permitted_qualifier(survey: Survey, call: FunctionCall, function: FunctionArn) -> str:
    """The alias (or the unqualified function) whose policy already allows the call; empty if there is none."""
    view = survey.function(function)
    if view is None:
        return ""
    try:
        for name in (*view.aliases, None):
            if decisions.allows(survey, call, function.qualified(name), view.policy(name)):
                return f"alias {name}" if name else "the unqualified function"
    except NotAllowedError:
        pass
    return ""


def _existing(survey: Survey, meant: FunctionArn) -> Iterator[FunctionArn]:
    """Functions with the same name elsewhere, then those with a similar name."""
    names = {place: _names(survey, *place) for place in _places(survey, meant)}
    for place, known in names.items():
        if meant.name in known:
            yield _arn(*place, meant.name)
    for place, known in names.items():
        for name in difflib.get_close_matches(meant.name, known, n=2, cutoff=_ALIKE):
            yield _arn(*place, name)


def _places(survey: Survey, meant: FunctionArn) -> Iterator[tuple[str, str]]:
    """Where to look: the accounts given for functions, then the API's; the URI's Region, then the API's."""
    own = survey.target.function
    accounts = [*survey.accounts.function_accounts, *([own.account] if own else []), meant.account, survey.account]
    regions = [meant.region, survey.region, *([own.region] if own else [])]
    yield from dict.fromkeys((account, region) for account in accounts for region in regions)


def _names(survey: Survey, account: str, region: str) -> list[str]:
    try:
        return survey.function_names(account, region)
    except NotAllowedError:
        return []  # the finding only loses a hint


def _arn(account: str, region: str, name: str) -> FunctionArn:
    return FunctionArn(partition=partition_of_region(region), region=region, account=account, name=name)
