"""Quotas: how much of the function's policy and of the API's limits is used."""

from __future__ import annotations

from collections.abc import Iterator

from aws_rules import policies
from cross_account_doctor.errors import NotAllowedError
from cross_account_doctor.findings import Finding, HopName, Note
from cross_account_doctor.function_calls import function_calls
from cross_account_doctor.survey import Survey

#: Below this share of a quota, nothing is reported.
_NEARLY = 0.8


def check(survey: Survey) -> Iterator[Finding | Note]:
    """Nothing here breaks a request; a quota that is nearly reached is a note."""
    quota = survey.quota
    if quota.used > quota.most * _NEARLY:
        text = f"the API uses {quota.used} of {quota.most} {quota.what}, the default quota"
        yield Note(hop=HopName.QUOTA, text=text)
    for arn in dict.fromkeys(call.arn for call in function_calls(survey) if call.arn is not None):
        view = survey.function(arn)
        try:
            policy = view.policy(arn.qualifier) if view and view.configuration(arn.qualifier) else None
        except NotAllowedError:
            continue  # the permission hop reports it
        size = len(policies.rendered(policy).encode()) if policy else 0
        if size > policies.FUNCTION_POLICY_BYTES * _NEARLY:
            yield Note(
                hop=HopName.QUOTA,
                text=(
                    f"the policy of {arn.name}{f' ({arn.qualifier})' if arn.qualifier else ''} has {size} of "
                    f"{policies.FUNCTION_POLICY_BYTES} bytes: only a few more statements fit; permissionScope: api "
                    "needs only one per API"
                ),
            )
