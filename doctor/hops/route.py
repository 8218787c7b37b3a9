"""The route: whether the API has it, and whether it leads anywhere."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from doctor.findings import Finding, HopName, Mend, Note

if TYPE_CHECKING:
    from doctor.routes import Route
    from doctor.survey import Survey

#: Integrations whose answers are mapped, and the others that hand them through.
_MAPPED = ("AWS", "HTTP", "MOCK")


def check(survey: Survey) -> Iterator[Finding | Note]:
    """The route asked for must exist; every method must have an integration."""
    if not survey.edited:
        yield Finding(
            hop=HopName.ROUTE,
            cause="the API has no method at all: every request gets 403 Missing Authentication Token",
            evidence={"resources": "no resource has a method"},
            mend=Mend(setting="add a route to the component's `routes`, or a method and its integration to the API"),
        )
        return
    if not survey.checked and survey.target.route is not None:
        yield _unknown_route(survey, " ".join(survey.target.route))
        return
    for route in survey.checked:
        if route.integration is None:
            yield Finding(
                hop=HopName.ROUTE,
                cause=f"{route.name} has no integration: it leads nowhere and the API cannot be deployed",
                evidence={"resourceId": route.resource_id, "method": route.method},
                mend=Mend(
                    setting=f"give {route.name} an integration (aws apigateway put-integration), or remove the method"
                ),
                routes=(route.name,),
            )
        elif route.integration.type in _MAPPED and not route.integration.has_responses:
            yield _unmapped(survey, route)


def _unmapped(survey: Survey, route: Route) -> Finding:
    """Answers of integrations that are no proxies are mapped; without a mapping there is no answer."""
    where = ("--resource-id", route.resource_id, "--http-method", route.method, "--status-code", "200")
    commands = survey.commands
    return Finding(
        hop=HopName.ROUTE,
        cause=f"{route.name} maps no answer of its {route.integration.type if route.integration else ''} integration: "
        "what comes back is answered 500 (No match for output mapping)",
        evidence={"resourceId": route.resource_id, "integrationResponses": None},
        mend=Mend(
            commands=(
                *(() if route.has_responses else (commands.apigateway("put-method-response", *where),)),
                commands.apigateway("put-integration-response", *where),
                commands.deploy(),
            )
        ),
        routes=(route.name,),
    )


def _unknown_route(survey: Survey, asked: str) -> Finding:
    names = [route.name for route in survey.edited]
    same_path = [route.name for route in survey.edited if route.path == asked.partition(" ")[2]]
    near = same_path or difflib.get_close_matches(asked, names, n=3) or names[:5]
    return Finding(
        hop=HopName.ROUTE,
        cause=(
            f"the API has no route {asked}: it is answered 403 Missing Authentication Token, as if unsigned; it has "
            f"{', '.join(near)}"
        ),
        evidence={"asked": asked, "routes": names[:50]},
        mend=Mend(setting=f"call one of these, or add {asked} to the component's `routes`"),
        routes=(asked,),
    )
