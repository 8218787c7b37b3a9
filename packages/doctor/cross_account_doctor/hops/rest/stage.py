"""Host and stage: whether the API has a URL that answers."""

from __future__ import annotations

from collections.abc import Iterator

from cross_account_doctor.findings import Finding, HopName, Mend, Note
from cross_account_doctor.hops.domains import reached_by
from cross_account_doctor.rest_commands import patch
from cross_account_doctor.rest_survey import RestSurvey

#: An account's rate and burst limits, which apply if a stage sets none (API Gateway developer guide, limits).
_RATE, _BURST = 10_000, 5_000


def check(survey: RestSurvey) -> Iterator[Finding | Note]:
    """Rate limits of 0, and a disabled default endpoint without a custom domain for the stage."""
    yield from _throttled(survey)
    if not survey.endpoint_disabled:
        return
    words = ("update-rest-api", "--patch-operations", patch({"disableExecuteApiEndpoint": "false"}))
    yield reached_by(
        survey,
        [item.domain for item in survey.domains],
        answer="403 Forbidden",
        enable=[survey.commands.apigateway(*words)],
    )


def _throttled(survey: RestSurvey) -> Iterator[Finding]:
    """With a rate or burst of 0, every request gets 429."""
    for key, setting in (survey.stage.get("methodSettings") or {}).items():
        if setting.get("throttlingRateLimit") != 0 and setting.get("throttlingBurstLimit") != 0:
            continue
        values: dict[str, str | None] = {
            f"{key}/throttling/rateLimit": str(_RATE),
            f"{key}/throttling/burstLimit": str(_BURST),
        }
        yield Finding(
            hop=HopName.STAGE,
            cause=f"the stage's throttling of {key} is 0: every request there gets 429 Too Many Requests",
            evidence={
                "methodSetting": key,
                "throttlingRateLimit": setting.get("throttlingRateLimit"),
                "throttlingBurstLimit": setting.get("throttlingBurstLimit"),
            },
            mend=Mend(
                commands=(survey.commands.update_stage(values),),
                setting="with this program: the stage's throttling",
            ),
        )
