"""Logging of an HTTP API: without an execution log, only the access log can show why a request failed."""

from __future__ import annotations

from collections.abc import Iterator

from cross_account_doctor.findings import Finding, HopName, Note
from cross_account_doctor.http_survey import HttpSurvey

#: The only variable that shows why an integration could not be called (developer guide, HTTP API logging variables).
_WHY = "$context.integrationErrorMessage"


def check(survey: HttpSurvey) -> Iterator[Finding | Note]:
    """Nothing here breaks a request; if the next failure would not be explained, that is a note."""
    settings = survey.stage.get("AccessLogSettings") or {}
    if not settings.get("DestinationArn"):
        text = (
            f"access logging is off, so failures are not logged; a format with {_WHY} shows why a function is not "
            "called"
        )
        yield Note(hop=HopName.LOGGING, text=text)
    elif _WHY not in settings.get("Format", "") and "$context.integration.error" not in settings.get("Format", ""):
        text = f"the access log's format has no {_WHY}: a missing permission is logged as a 500 without its reason"
        yield Note(hop=HopName.LOGGING, text=text)
