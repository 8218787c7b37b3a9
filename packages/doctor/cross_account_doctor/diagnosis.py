"""The hops in the request's order, each checked once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from cross_account_doctor.errors import NotAllowedError
from cross_account_doctor.findings import Allowed, Finding, HopName, Note, Said, Status, not_checked
from cross_account_doctor.hops import call
from cross_account_doctor.report import Report
from cross_account_doctor.survey import Survey
from cross_account_doctor.walks import walk

if TYPE_CHECKING:
    from cross_account_doctor.calls import Calls


def diagnose(survey: Survey, calls: Calls, *, send_request: bool = False, endpoint: str | None = None) -> Report:
    """Check every hop. Raises CouldNotLookError if AWS cannot be called."""
    said: list[Said] = []
    answer = call.send(survey, endpoint) if send_request else ""
    for name, check in walk(survey):
        said.extend(_asked(name, check))
    if send_request:
        explained = any(isinstance(item, Finding) and item.status is Status.BROKEN for item in said)
        said.extend(call.check(survey, answer, explained=explained))
    findings = [item for item in said if isinstance(item, Finding)]
    said.extend(_logins(survey, findings))
    return Report(
        protocol=survey.protocol.name,
        api_id=survey.target.api_id,
        stage=survey.target.stage,
        account=survey.account,
        region=survey.region,
        routes=_routes(survey),
        findings=tuple(item for item in findings if item.status is Status.BROKEN)
        + tuple(item for item in findings if item.status is Status.UNKNOWN),
        notes=tuple(item for item in said if isinstance(item, Note)),
        allowed={item.route: item.by for item in said if isinstance(item, Allowed)},
        hops=tuple(name for name in HopName if send_request or name is not HopName.CALL),
        calls=dict(calls.made),
    )


def _logins(survey: Survey, findings: list[Finding]) -> Iterator[Note]:
    """The accounts of printed commands for which no profile was given."""
    for account in survey.accounts.without_profile:
        concerned = [item for item in findings if any(account in part for part in (item.cause, str(item.evidence)))]
        if concerned and any(item.mend.commands for item in concerned):
            text = f"commands in account {account} need credentials for that account: no profile was given for it"
            yield Note(hop=concerned[0].hop, text=text)


def _routes(survey: Survey) -> int:
    try:
        return len(survey.checked)
    except NotAllowedError:
        return 0  # every hop reports it


def _asked(name: HopName, check: Callable[[], Iterator[Said]]) -> Iterator[Said]:
    try:
        yield from check()
    except NotAllowedError as error:
        yield not_checked(name, f"the hop {name.value}", error.right, error.account)
