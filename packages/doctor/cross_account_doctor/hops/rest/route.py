"""The route of a REST API: whether it has an integration, and whether its responses are mapped."""

from __future__ import annotations

from collections.abc import Iterator

from cross_account_doctor.findings import Finding, HopName, Mend, Note
from cross_account_doctor.hops import route as any_route
from cross_account_doctor.rest_survey import RestSurvey
from cross_account_doctor.routes import Route

#: Integrations whose responses are mapped; the others pass them through.
_MAPPED = ("AWS", "HTTP", "MOCK")


def check(survey: RestSurvey) -> Iterator[Finding | Note]:
    """The checks for every API, and response mappings for integrations that are not proxies."""
    yield from any_route.check(survey)
    for route in survey.checked:
        if route.integration is not None and route.integration.type in _MAPPED and not route.integration.has_responses:
            yield _unmapped(survey, route)


def _unmapped(survey: RestSurvey, route: Route) -> Finding:
    """Integrations that are not proxies need a response mapping."""
    where = ("--resource-id", route.id, "--http-method", route.method, "--status-code", "200")
    commands = survey.commands
    return Finding(
        hop=HopName.ROUTE,
        cause=f"{route.name} maps no response of its {route.integration.type if route.integration else ''} "
        "integration: every response becomes a 500 (No match for output mapping)",
        evidence={"resourceId": route.id, "integrationResponses": None},
        mend=Mend(
            commands=(
                *(() if route.has_responses else (commands.apigateway("put-method-response", *where),)),
                commands.apigateway("put-integration-response", *where),
                *commands.deploy(),
            )
        ),
        routes=(route.name,),
    )
