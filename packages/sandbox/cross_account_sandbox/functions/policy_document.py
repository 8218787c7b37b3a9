"""The resource policy of one qualifier as a document: for decisions, for GetPolicy, and for its length."""

from __future__ import annotations

import json
from typing import Any

from cross_account_sandbox.control_plane.roles import RoleDirectory
from cross_account_sandbox.functions.store import PolicyStatement, QualifierPolicy

#: Bytes (facts: quotas; Lambda developer guide, "Lambda quotas").
MAX_POLICY = 20_480


def live_document(policy: QualifierPolicy | None) -> dict[str, Any] | None:
    """What decisions rest on: the statements as they were added. None where the qualifier has no policy.

    Where the same ARN was pinned to two unique ids (the role was made again between two statements), a statement
    with the older id names that id, which nobody has any more.
    """
    if policy is None or not policy.statements:
        return None
    newest = pinned_principals(policy)
    return _document([_replaced(item, _outdated(item, newest)) for item in policy.statements.values()])


def pinned_principals(policy: QualifierPolicy | None) -> dict[str, str]:
    """Each role or user ARN that the policy names, with the unique id it had when its last statement was added."""
    pinned: dict[str, str] = {}
    for statement in policy.statements.values() if policy else ():
        pinned |= statement.pinned
    return pinned


def _outdated(statement: PolicyStatement, newest: dict[str, str]) -> dict[str, str]:
    return {arn: unique_id for arn, unique_id in statement.pinned.items() if newest[arn] != unique_id}


def shown_document(policy: QualifierPolicy, roles: RoleDirectory) -> str:
    """What GetPolicy answers: a principal that is gone, or was made again, is shown by its unique id.

    Source: IAM user guide, "AWS JSON policy elements: Principal" (a deleted role's ARN turns into its principal id).
    """
    return text(_document([_shown(statement, roles) for statement in policy.statements.values()]))


def text(document: dict[str, Any]) -> str:
    """The document in Lambda's own form: no spaces."""
    return json.dumps(document, separators=(",", ":"))


def length(policy: QualifierPolicy) -> int:
    """Bytes of the whole policy, as the quota counts them."""
    return len(text(_document([statement.document for statement in policy.statements.values()])).encode())


def _document(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Id": "default", "Statement": statements}


def _shown(statement: PolicyStatement, roles: RoleDirectory) -> dict[str, Any]:
    gone = {arn: unique_id for arn, unique_id in statement.pinned.items() if not _alive(arn, unique_id, roles)}
    return _replaced(statement, gone)


def _replaced(statement: PolicyStatement, ids: dict[str, str]) -> dict[str, Any]:
    """The statement with these ARNs of its principal replaced."""
    principal = statement.document["Principal"]
    if not ids or not isinstance(principal, dict):
        return statement.document
    named = principal["AWS"]
    return {**statement.document, "Principal": {"AWS": ids.get(named, named)}}


def _alive(arn: str, unique_id: str, roles: RoleDirectory) -> bool:
    found = roles.by_arn(arn)
    return found is not None and found.unique_id == unique_id
