"""Whether requests can reach the stage if the API's default endpoint is disabled."""

from __future__ import annotations

from collections.abc import Sequence

from cross_account_doctor.findings import Finding, HopName, Mend, Note
from cross_account_doctor.survey import Survey


def reached_by(survey: Survey, domains: Sequence[str], *, answer: str, enable: Sequence[str]) -> Finding | Note:
    """What to report about a disabled endpoint: `answer` is the response to every request, `enable` fixes it."""
    if domains:
        text = f"the default endpoint is disabled; call the stage at {', '.join(domains)}"
        return Note(hop=HopName.STAGE, text=text)
    return Finding(
        hop=HopName.STAGE,
        cause=(
            "the API's default endpoint is disabled and no custom domain name is mapped to the stage: every request "
            f"gets {answer}"
        ),
        evidence={"disableExecuteApiEndpoint": True, "stage": survey.target.stage},
        mend=Mend(commands=(*enable, *survey.commands.deploy()), setting="or map a custom domain name to the stage"),
    )
