"""The commands that allow a `credentials` role to invoke a function, in its policy and in the function's."""

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
    """Allow the role with this name to invoke these functions, with an inline policy."""
    document = policies.document(policies.allow(policies.INVOKE, [str(arn) for arn in arns]))
    words = ("--role-name", role, "--policy-name", _POLICY, "--policy-document", policies.rendered(document))
    return survey.commands.iam(survey.account, "put-role-policy", *words)


def name_role(survey: Survey, arn: FunctionArn, role_arn: str, policy: dict[str, Any] | None) -> Iterator[str]:
    """Name the role in the function's policy, and remove statements for deleted roles."""
    for sid in stale(policy):
        yield survey.commands.remove_permission(arn, sid)
    yield survey.commands.add_permission(arn, source_arn=None, principal=role_arn)


def move(survey: Survey, arn: FunctionArn, role_arns: Sequence[str]) -> Iterator[str]:
    """The permissions that roles need to call this function, with its present or a future qualifier."""
    view = survey.function(arn)
    policy = view.policy(arn.qualifier) if view and view.configuration(arn.qualifier) else None
    for role_arn in dict.fromkeys(role_arns):
        try:
            role = survey.role(role_arn)
        except NotAllowedError:
            continue  # the credentials hop reports this, and a role that does not exist
        if role is None:
            continue
        if not decisions.by_role(role, arn, None, across=False).allowed:
            yield grant(survey, role.name, [arn])
        if arn.account != survey.account and not decisions.names_role(role.arn, role.unique_id, arn, policy).allowed:
            yield from name_role(survey, arn, role.arn, policy)


def stale(policy: dict[str, Any] | None) -> list[str]:
    """The statements that name only deleted roles and users."""
    return [
        statement["Sid"]
        for statement in (policy or {}).get("Statement", [])
        if statement.get("Sid") and (named := _principals(statement)) and all(map(is_unique_id, named))
    ]


def deleted_principals(policy: dict[str, Any] | None) -> dict[str, list[str]]:
    """Statement → the IDs of deleted roles and users in it.

    AWS stores a role or user in a policy by its unique ID, and shows that ID after the principal is deleted; a
    principal recreated with the same name is a different one (IAM user guide, JSON policy elements: Principal).
    """
    statements = (policy or {}).get("Statement", [])
    listed = statements if isinstance(statements, list) else [statements]
    found = {
        statement.get("Sid") or f"number {index}": [name for name in _principals(statement) if is_unique_id(name)]
        for index, statement in enumerate(listed, 1)
    }
    return {label: ids for label, ids in found.items() if ids}


def is_unique_id(name: str) -> bool:
    """True if a principal is the ID of a role (AROA…) or user (AIDA…); existing ones are shown by their ARN."""
    return name.startswith(("AROA", "AIDA")) and name.isalnum()


def _principals(statement: dict[str, Any]) -> list[str]:
    principal = statement.get("Principal")
    named = principal.get("AWS", []) if isinstance(principal, dict) else []
    return [named] if isinstance(named, str) else list(named)
