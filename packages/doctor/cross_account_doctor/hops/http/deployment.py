"""The deployment that a stage of an HTTP API serves: automatic, or manual and possibly outdated."""

from __future__ import annotations

from collections.abc import Iterator

from cross_account_doctor.findings import Finding, HopName, Mend, Note
from cross_account_doctor.http_survey import HttpSurvey

#: How the stage's message begins if its automatic deployment failed.
_FAILED = "Deployment attempt failed"


def check(survey: HttpSurvey) -> Iterator[Finding | Note]:
    """The automatic deployment of a stage must have succeeded; without one, the stage must serve the API as edited."""
    if survey.deploys_itself:
        yield from _attempt(survey)
    elif not survey.stage.get("DeploymentId"):
        yield _finding(survey, f"stage {survey.target.stage} has no deployment: every request gets 404 Not Found", {})
    else:
        yield from _forgotten(survey)


def _attempt(survey: HttpSurvey) -> Iterator[Finding]:
    message = str(survey.stage.get("LastDeploymentStatusMessage") or "")
    if message.startswith(_FAILED):
        yield Finding(
            hop=HopName.DEPLOYMENT,
            cause=f"the last automatic deployment of stage {survey.target.stage} did not succeed: {message}",
            evidence={"AutoDeploy": True, "LastDeploymentStatusMessage": message},
            mend=Mend(
                setting="fix the cause that the message names; the next change to the API is deployed automatically"
            ),
        )


def _forgotten(survey: HttpSurvey) -> Iterator[Finding]:
    differences = survey.differences()
    if survey.target.route is not None:
        asked = {route.name for route in survey.checked} or {" ".join(survey.target.route).strip()}
        differences = {key: what for key, what in differences.items() if key in asked or not key}
    if not differences:
        return
    shown = "; ".join(f"{key}: {what}" if key else what for key, what in list(differences.items())[:5])
    more = f"; and {len(differences) - 5} more" if len(differences) > 5 else ""
    cause = (
        f"stage {survey.target.stage} serves deployment {survey.stage['DeploymentId']}, and the API was edited after "
        f"that without a deployment: {shown}{more}"
    )
    yield _finding(survey, cause, differences)


def _finding(survey: HttpSurvey, cause: str, differences: dict[str, str]) -> Finding:
    return Finding(
        hop=HopName.DEPLOYMENT,
        cause=cause,
        evidence={
            "AutoDeploy": False,
            "deployment": survey.stage.get("DeploymentId"),
            "differences": {key or "CORS": what for key, what in differences.items()},
        },
        mend=Mend(commands=survey.commands.deploy(), setting="with this program: stages deploy automatically"),
        routes=tuple(key for key in differences if key),
    )
