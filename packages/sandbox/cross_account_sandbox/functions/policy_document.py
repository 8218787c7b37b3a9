"""The resource policy of one qualifier as a document: for decisions, for GetPolicy, and for the size quota."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from aws_rules.iam.evaluation import SavedPolicy
from cross_account_sandbox.control_plane.roles import RoleDirectory
from cross_account_sandbox.functions.store import PolicyStatement, QualifierPolicy

#: Bytes (facts: quotas; Lambda developer guide, "Lambda quotas").
MAX_POLICY = 20_480


@lru_cache(maxsize=4096)
def saved_policy(policy: QualifierPolicy) -> SavedPolicy:
    """The policy for decisions: the statements as they were added.

    If statements pin the same ARN to two unique IDs (the role was recreated in between), a statement with the older ID
    names that ID, which no principal has anymore.
    """
    pinned: dict[str, str] = {}
    for statement in policy.statements.values():
        pinned |= statement.pinned
    statements = [_replaced(item, _outdated(item, pinned)) for item in policy.statements.values()]
    return SavedPolicy(_document(statements), pinned=pinned)


def _outdated(statement: PolicyStatement, newest: dict[str, str]) -> dict[str, str]:
    return {arn: unique_id for arn, unique_id in statement.pinned.items() if newest[arn] != unique_id}


def shown_document(policy: QualifierPolicy, roles: RoleDirectory) -> str:
    """The policy that GetPolicy returns: a deleted or recreated principal is shown by its unique ID.

    Source: IAM user guide, "AWS JSON policy elements: Principal" (a deleted role's ARN is replaced by its principal
    ID).
    """
    return text(_document([_shown(statement, roles) for statement in policy.statements.values()]))


def text(document: dict[str, Any]) -> str:
    """The document as JSON without spaces, as Lambda returns it."""
    return json.dumps(document, separators=(",", ":"))


def length(policy: QualifierPolicy) -> int:
    """The size of the whole policy in bytes, as the quota counts it."""
    return len(text(_document([statement.document for statement in policy.statements.values()])).encode())


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Id": "default", "Statement": statements}


def _shown(statement: PolicyStatement, roles: RoleDirectory) -> dict[str, Any]:
    gone = {arn: unique_id for arn, unique_id in statement.pinned.items() if not _alive(arn, unique_id, roles)}
    return _replaced(statement, gone)


def _replaced(statement: PolicyStatement, ids: dict[str, str]) -> dict[str, Any]:
    """The statement with these principal ARNs replaced."""
    principal = statement.document["Principal"]
    if not ids or not isinstance(principal, dict):
        return statement.document
    named = principal["AWS"]
    return {**statement.document, "Principal": {"AWS": ids.get(named, named)}}


def _alive(arn: str, unique_id: str, roles: RoleDirectory) -> bool:
    found = roles.by_arn(arn)
    return found is not None and found.unique_id == unique_id
