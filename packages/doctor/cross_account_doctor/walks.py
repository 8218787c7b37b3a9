"""The hops of each kind of API, in the request's order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TypeVar

from cross_account_doctor.findings import HopName, Said
from cross_account_doctor.hops import authorizers, credentials, function, integration, permission, quota, result, route
from cross_account_doctor.hops.http import deployment as http_deployment
from cross_account_doctor.hops.http import logging as http_logging
from cross_account_doctor.hops.http import stage as http_stage
from cross_account_doctor.hops.rest import authorization as rest_authorization
from cross_account_doctor.hops.rest import deployment as rest_deployment
from cross_account_doctor.hops.rest import integration as rest_integration
from cross_account_doctor.hops.rest import logging as rest_logging
from cross_account_doctor.hops.rest import route as rest_route
from cross_account_doctor.hops.rest import stage as rest_stage
from cross_account_doctor.http_survey import HttpSurvey
from cross_account_doctor.rest_survey import RestSurvey
from cross_account_doctor.survey import Survey

_S = TypeVar("_S")

_REST: dict[HopName, Callable[[RestSurvey], Iterator[Said]]] = {
    HopName.STAGE: rest_stage.check,
    HopName.DEPLOYMENT: rest_deployment.check,
    HopName.ROUTE: rest_route.check,
    HopName.AUTHORIZATION: rest_authorization.check,
    HopName.INTEGRATION: rest_integration.check,
    HopName.PERMISSION: permission.check,
    HopName.CREDENTIALS: credentials.check,
    HopName.FUNCTION: function.check,
    HopName.RESULT: result.check,
    HopName.LOGGING: rest_logging.check,
    HopName.QUOTA: quota.check,
}
_HTTP: dict[HopName, Callable[[HttpSurvey], Iterator[Said]]] = {
    HopName.STAGE: http_stage.check,
    HopName.DEPLOYMENT: http_deployment.check,
    HopName.ROUTE: route.check,
    HopName.AUTHORIZATION: authorizers.check,
    HopName.INTEGRATION: integration.check,
    HopName.PERMISSION: permission.check,
    HopName.CREDENTIALS: credentials.check,
    HopName.FUNCTION: function.check,
    HopName.RESULT: result.check,
    HopName.LOGGING: http_logging.check,
    HopName.QUOTA: quota.check,
}


def walk(survey: Survey) -> Iterator[tuple[HopName, Callable[[], Iterator[Said]]]]:
    """Each hop with its check."""
    if isinstance(survey, RestSurvey):
        yield from _asking(_REST, survey)
    elif isinstance(survey, HttpSurvey):
        yield from _asking(_HTTP, survey)


def _asking(
    hops: Mapping[HopName, Callable[[_S], Iterator[Said]]], survey: _S
) -> Iterator[tuple[HopName, Callable[[], Iterator[Said]]]]:
    for name, check in hops.items():
        yield name, partial(check, survey)
