"""Lambda authorizers: API Gateway calls them like an integration's function, with a different SourceArn."""

from __future__ import annotations

from collections.abc import Iterator

from cross_account_doctor.findings import HopName, Said
from cross_account_doctor.function_calls import authorizer_calls
from cross_account_doctor.hops import integration, permission
from cross_account_doctor.survey import Survey


def check(survey: Survey) -> Iterator[Said]:
    """Whether the functions exist and can be invoked. Tokens, signatures and keys depend on the caller."""
    calls = authorizer_calls(survey)
    yield from integration.check_calls(survey, calls, HopName.AUTHORIZATION)
    yield from permission.check_calls(survey, calls, HopName.AUTHORIZATION)
