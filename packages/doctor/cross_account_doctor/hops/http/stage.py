"""Host and stage of an HTTP API: whether it has a URL that answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cross_account_doctor.findings import Finding, HopName, Mend, Note
from cross_account_doctor.hops.domains import reached_by
from cross_account_doctor.http_survey import HttpSurvey

_EVERY_ROUTE = "every route"


def check(survey: HttpSurvey) -> Iterator[Finding | Note]:
    """Rate limits of 0, and a disabled default endpoint without a custom domain for the stage."""
    settings = {_EVERY_ROUTE: survey.stage.get("DefaultRouteSettings")} | dict(survey.stage.get("RouteSettings") or {})
    for key, setting in settings.items():
        if 0 in ((setting or {}).get("ThrottlingRateLimit"), (setting or {}).get("ThrottlingBurstLimit")):
            yield _throttled(survey, key, setting or {})
    if survey.endpoint_disabled:
        enable = survey.commands.apigateway("update-api", "--no-disable-execute-api-endpoint")
        yield reached_by(
            survey, [item.domain for item in survey.domains], answer=survey.protocol.no_route, enable=[enable]
        )


def _throttled(survey: HttpSurvey, key: str, setting: dict[str, Any]) -> Finding:
    """With a rate or burst of 0, every request gets 429; without a setting, the account's limit applies."""
    commands = survey.commands
    lift = (
        commands.update_stage("--default-route-settings", "ThrottlingRateLimit=10000,ThrottlingBurstLimit=5000")
        if key == _EVERY_ROUTE
        else commands.apigateway("delete-route-settings", "--stage-name", survey.target.stage, "--route-key", key)
    )
    return Finding(
        hop=HopName.STAGE,
        cause=f"the stage's throttling of {key} is 0: every request there gets 429 Too Many Requests",
        evidence={"routeSettings": key, **setting},
        mend=Mend(commands=(lift,), setting="with this program: the stage's throttling"),
        routes=() if key == _EVERY_ROUTE else (key,),
    )
