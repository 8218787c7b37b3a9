"""The commands that let a `credentials` role invoke a function: its own right, and across accounts the function's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from aws_rules import policies
from aws_rules.arns import FunctionArn
from cross_account_doctor import decisions
from cross_account_doctor.errors import NotAllowedError
from cross_account_doctor.survey import Survey

_POLICY = "invoke"


def grant(survey: Survey, role: str, arns: Iterable[FunctionArn]) -> str:
    """Let the role of this name invoke these functions, by an inline policy."""
    document = policies.document(policies.allow(policies.INVOKE, [str(arn) for arn in arns]))
    words = ("--role-name", role, "--policy-name", _POLICY, "--policy-document", policies.rendered(document))
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
    """The statements that name nobody but deleted roles and users."""
    return [
        statement["Sid"]
        for statement in (policy or {}).get("Statement", [])
        if statement.get("Sid") and (named := _principals(statement)) and all(map(is_unique_id, named))
    ]


def deleted_principals(policy: dict[str, Any] | None) -> dict[str, list[str]]:
    """Statement → the ids in it that are left of deleted roles and users.

    AWS pins a role or user in a saved policy to its unique id, and shows that id once the principal is deleted; one
    created again under the same name is another principal (IAM user guide, JSON policy elements: Principal).
    """
    statements = (policy or {}).get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    found = {
        statement.get("Sid") or f"number {index}": [name for name in _principals(statement) if is_unique_id(name)]
        for index, statement in enumerate(listed, 1)
    }
    return {label: ids for label, ids in found.items() if ids}


def is_unique_id(name: str) -> bool:
    """Whether a principal is the id of a role (AROA…) or user (AIDA…): one that exists is shown by its ARN."""
    return name.startswith(("AROA", "AIDA")) and name.isalnum()


def _principals(statement: dict[str, Any]) -> list[str]:
    principal = statement.get("Principal")
    named = principal.get("AWS", []) if isinstance(principal, dict) else []
    return [named] if isinstance(named, str) else list(named)
