"""Why the API's resource policy refuses a caller: the statement that decides, and its conditions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from aws_rules.iam.evaluation import PolicyOutcome, Principal, StatementOutcome
from aws_rules.iam.request_keys import request_keys
from cross_account_doctor import role_mend
from cross_account_doctor.calls import is_local
from cross_account_doctor.hops.rest.policies import evaluated, statements
from cross_account_doctor.rest_survey import RestSurvey
from cross_account_doctor.routes import Route


def why_refused(survey: RestSurvey, route: Route, *, explicit_deny: bool, user_agent: str) -> str:
    """Why the doctor's own request got 403; empty if the API has no resource policy.

    The client's address is known only for a sandbox on this machine; otherwise a condition on it is named but not
    decided.
    """
    policy = survey.policy
    if policy is None:
        return ""
    context = dict(request_keys(survey.region, at=datetime.now(tz=UTC))) | {"aws:UserAgent": user_agent}
    if survey.accounts.endpoint and is_local(survey.accounts.endpoint):
        context["aws:SourceIp"] = "127.0.0.1"
    principal = _signer(survey) if route.authorization == "AWS_IAM" else Principal.anonymous()
    outcome = evaluated(survey, policy, route, principal=principal, context=context)
    return "; ".join(_reasons(policy, outcome, explicit_deny=explicit_deny))


def conditional(policy: dict[str, Any]) -> Iterator[str]:
    """Every statement that depends on the caller or its address."""
    for index, statement in enumerate(statements(policy)):
        if statement.get("Condition"):
            label = statement.get("Sid") or f"number {index + 1}"
            verb = "denies" if statement.get("Effect") == "Deny" else "allows only"
            whom = "they get" if statement.get("Effect") == "Deny" else "any other caller gets"
            yield (
                f"statement {label} of the resource policy {verb} callers where {_conditions(statement)}: {whom} 403"
            )


def deleted(policy: dict[str, Any]) -> Iterator[str]:
    """Every statement that names a deleted role or user, of which only the ID is left."""
    for label, ids in role_mend.deleted_principals(policy).items():
        yield (
            f"statement {label} of the resource policy names {', '.join(ids)}, the ID of a deleted role or user: one "
            "that was created again under its name is not allowed; write the ARN again and deploy"
        )


def _reasons(policy: dict[str, Any], outcome: PolicyOutcome, *, explicit_deny: bool) -> Iterator[str]:
    listed = statements(policy)
    if explicit_deny:
        undecided = [item for item in outcome.statements if item.effect == "Deny" and _only_conditions(item)]
        for item in outcome.denying or undecided:
            where = (
                f" callers where {_conditions(listed[item.index])}" if listed[item.index].get("Condition") else " it"
            )
            yield f"statement {item.label} of the resource policy denies{where}"
        return
    allowing = [item for item in outcome.statements if item.effect == "Allow" and _only_conditions(item)]
    for item in allowing:
        yield f"statement {item.label} of the resource policy allows it only where {_conditions(listed[item.index])}"
    nearest = outcome.nearest
    if not allowing and nearest is not None:
        reasons = "; ".join(mismatch.reason for mismatch in nearest.mismatches)
        yield f"no statement of the resource policy allows it; the closest is {nearest.label}: {reasons}"
    yield from deleted(policy)


def _only_conditions(item: StatementOutcome) -> bool:
    """True if only the statement's conditions do not match the request."""
    return all(mismatch.field.startswith("Condition") for mismatch in item.mismatches) and bool(item.mismatches)


def _conditions(statement: dict[str, Any]) -> str:
    """`IpAddress aws:SourceIp 203.0.113.7 or 198.51.100.0/24 and Bool …`."""
    found = []
    for operator, tests in statement["Condition"].items():
        for key, wanted in tests.items():
            values = " or ".join(map(str, wanted)) if isinstance(wanted, list) else str(wanted)
            found.append(f"{operator} {key} {values}")
    return " and ".join(found)


def _signer(survey: RestSurvey) -> Principal:
    reader = survey.accounts.api
    parts = reader.arn.split(":", 5)
    if parts[2] != "sts":
        return Principal.of_user(reader.arn)
    name = parts[5].split("/")[1]
    return Principal(
        kind="aws",
        arn=reader.arn,
        account=reader.account,
        role_arn=f"arn:{parts[1]}:iam::{reader.account}:role/{name}",
    )
