"""The commands that let a `credentials` role invoke a function: its own right, and across accounts the function's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aws_rules import policies
from cross_account_doctor import decisions
from cross_account_doctor.errors import NotAllowedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from aws_rules.arns import FunctionArn
    from cross_account_doctor.survey import Survey

_POLICY = "invoke"


def grant(survey: Survey, role: str, arns: Iterable[FunctionArn]) -> str:
    """Let the role of this name invoke these functions, by an inline policy."""
    document = policies.document(policies.allow(policies.INVOKE, [str(arn) for arn in arns]))
    words = ("--role-name", role, "--policy-name", _POLICY, "--policy-document", as_text(document))
    return survey.commands.iam(survey.account, "put-role-policy", *words)


def name_role(survey: Survey, arn: FunctionArn, role_arn: str, policy: dict[str, Any] | None) -> Iterator[str]:
    """Let the function's policy name the role, and forget what is left there of a role that was deleted."""
    for sid in stale(policy):
        yield survey.commands.remove_permission(arn, sid)
    yield survey.commands.add_permission(arn, source_arn=None, principal=role_arn)


def move(survey: Survey, arn: FunctionArn, role_arns: Sequence[str]) -> Iterator[str]:
    """What roles lack once they are to call this function, where it stands or under a qualifier that is yet to come."""
    view = survey.function(arn)
    policy = view.policy(arn.qualifier) if view and view.configuration(arn.qualifier) else None
    for role_arn in dict.fromkeys(role_arns):
        try:
            role = survey.role(role_arn)
        except NotAllowedError:
            continue  # the hop of the credentials says so, and of a role that is not there
        if role is None:
            continue
        if not decisions.by_role(role, arn, None, across=False).allowed:
            yield grant(survey, role.name, [arn])
        if arn.account != survey.account and not decisions.names_role(role.arn, role.unique_id, arn, policy).allowed:
            yield from name_role(survey, arn, role.arn, policy)


def stale(policy: dict[str, Any] | None) -> list[str]:
    """The statements whose principal is the id of a role that is gone."""
    return [
        statement["Sid"]
        for statement in (policy or {}).get("Statement", [])
        if _names_unique_id(statement) and statement.get("Sid")
    ]


def as_text(document: dict[str, Any]) -> str:
    """A policy as one word of a command."""
    return json.dumps(document, separators=(",", ":"))


def _names_unique_id(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    named = principal.get("AWS", "") if isinstance(principal, dict) else ""
    return isinstance(named, str) and named.startswith("AROA")
