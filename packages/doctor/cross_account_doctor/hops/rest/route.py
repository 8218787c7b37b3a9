"""The route of a REST API: whether it leads anywhere, and whether what comes back is mapped."""

from __future__ import annotations

from collections.abc import Iterator

from cross_account_doctor.findings import Finding, HopName, Mend, Note
from cross_account_doctor.hops import route as any_route
from cross_account_doctor.rest_survey import RestSurvey
from cross_account_doctor.routes import Route

#: Integrations whose answers are mapped; the others hand them through.
_MAPPED = ("AWS", "HTTP", "MOCK")


def check(survey: RestSurvey) -> Iterator[Finding | Note]:
    """What holds for every API, and a mapping of answers where the integration is not a proxy."""
    yield from any_route.check(survey)
    for route in survey.checked:
        if route.integration is not None and route.integration.type in _MAPPED and not route.integration.has_responses:
            yield _unmapped(survey, route)


def _unmapped(survey: RestSurvey, route: Route) -> Finding:
    """Answers of integrations that are not proxies are mapped; without a mapping there is no answer."""
    where = ("--resource-id", route.id, "--http-method", route.method, "--status-code", "200")
    commands = survey.commands
    return Finding(
        hop=HopName.ROUTE,
        cause=f"{route.name} maps no answer of its {route.integration.type if route.integration else ''} integration: "
        "what comes back is answered 500 (No match for output mapping)",
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
