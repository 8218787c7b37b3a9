"""The integration of a REST API: its URI and its HTTP method."""

from __future__ import annotations

from collections.abc import Iterator

from cross_account_doctor.findings import Finding, HopName, Mend, Note
from cross_account_doctor.function_calls import FunctionCall, labels, route_calls
from cross_account_doctor.hops import integration
from cross_account_doctor.rest_survey import RestSurvey


def check(survey: RestSurvey) -> Iterator[Finding | Note]:
    """Every URI that a route's integration calls, and how."""
    yield from integration.check(survey)
    yield from _methods(survey, route_calls(survey))


def _methods(survey: RestSurvey, calls: list[FunctionCall]) -> Iterator[Finding]:
    """Lambda must be invoked with POST, whatever the route's method."""
    wrong = [
        call
        for call in calls
        if call.route is not None and call.route.integration and call.route.integration.http_method not in ("POST", "")
    ]
    if not wrong:
        return
    found = sorted({call.route.integration.http_method for call in wrong if call.route and call.route.integration})
    commands = [
        survey.commands.update_integration(call.route, httpMethod="POST") for call in wrong if call.route is not None
    ]
    yield Finding(
        hop=HopName.INTEGRATION,
        cause=f"the integration's httpMethod is {', '.join(found)}, but Lambda functions must be invoked with POST",
        evidence={"httpMethod": found},
        mend=Mend(commands=(*commands, *survey.commands.deploy()), setting="with this program: pulumi up --refresh"),
        routes=labels(wrong),
    )
