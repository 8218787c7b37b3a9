"""The roles and users that a saved policy names, and the unique IDs to which AWS pins them.

A role that is deleted and created again with the same name is another principal: policies that named the old role do
not allow the new one (IAM user guide, "AWS JSON policy elements: Principal").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from aws_rules.arns import Arn, ArnError
from cross_account_sandbox.control_plane.roles import RoleDirectory


def pins(document: Mapping[str, Any]) -> dict[str, str]:
    """Each role or user ARN among the document's principals, with its current unique ID."""
    directory = RoleDirectory()
    found = {arn: directory.by_arn(arn) for arn in _named(document)}
    return {arn: holder.unique_id for arn, holder in found.items() if holder is not None}


def unknown_principal(document: Mapping[str, Any]) -> str | None:
    """The first role or user ARN among the principals that does not exist; AWS does not save such a policy."""
    directory = RoleDirectory()
    return next((arn for arn in _named(document) if directory.by_arn(arn) is None), None)


def _named(document: Mapping[str, Any]) -> Iterator[str]:
    statements = document.get("Statement", [])
    for statement in [statements] if isinstance(statements, dict) else statements:
        for element in ("Principal", "NotPrincipal"):
            principals = statement.get(element)
            named = principals.get("AWS", []) if isinstance(principals, dict) else []
            for name in [named] if isinstance(named, str) else named:
                if _is_role_or_user(name):
                    yield name


def _is_role_or_user(name: str) -> bool:
    try:
        arn = Arn.parse(name)
    except ArnError:
        return False
    return arn.service == "iam" and arn.resource.partition("/")[0] in ("role", "user")
