"""Finds out whether an ID is that of a REST or an HTTP API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cross_account_doctor.errors import CouldNotLookError, NotAllowedError, NotThereError
from cross_account_doctor.http_survey import HttpSurvey
from cross_account_doctor.rest_survey import RestSurvey
from cross_account_doctor.survey import Survey
from cross_account_doctor.target import Target

if TYPE_CHECKING:
    from cross_account_doctor.accounts import Accounts


def open_survey(target: Target, region: str, accounts: Accounts) -> Survey:
    """The API with its stage.

    REST and HTTP APIs share one range of IDs, so both are looked up. Raises CouldNotLookError if the API or stage does
    not exist, and for a WebSocket API.
    """
    survey = _api(target, region, accounts)
    _ = survey.stage
    return survey


def _api(target: Target, region: str, accounts: Accounts) -> Survey:
    rest = RestSurvey(target, region, accounts)
    try:
        _ = rest.api
    except NotThereError:
        pass
    else:
        return rest
    http = HttpSurvey(target, region, accounts)
    try:
        protocol = http.api["ProtocolType"]
    except NotAllowedError as error:
        raise CouldNotLookError(
            f"no REST API {target.api_id} in account {rest.account}, {region}; to check for an HTTP API, allow "
            f"{error.right} on /apis/* (docs/doctor.md)"
        ) from None
    except NotThereError:
        raise CouldNotLookError(
            f"no REST or HTTP API {target.api_id} in account {rest.account}, {region}: check --api-id, --region and "
            "--api-profile"
        ) from None
    if protocol != "HTTP":
        raise CouldNotLookError(
            f"API {target.api_id} has protocol {protocol}: the doctor only supports REST and HTTP APIs"
        )
    return http
