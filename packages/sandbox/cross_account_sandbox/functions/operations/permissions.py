"""A function's resource policies: one for the unqualified function, and one for each version and alias.

Source: Lambda API reference, AddPermission, RemovePermission, GetPolicy; developer guide, "Resource-based policies".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aws_rules.arns import Arn, ArnError
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.principal_pins import pins, unknown_principal
from cross_account_sandbox.control_plane.service import Call
from cross_account_sandbox.functions.errors import conflict, invalid, missing, not_found
from cross_account_sandbox.functions.naming import FunctionReference, found, function_of, reference
from cross_account_sandbox.functions.policy_document import MAX_POLICY, length, shown_document, text
from cross_account_sandbox.functions.revisions import check_revision, touch
from cross_account_sandbox.functions.store import (
    LATEST,
    Alias,
    Function,
    FunctionVersion,
    PolicyStatement,
    QualifierPolicy,
)

_SERVICE = re.compile(r"^[a-z0-9.-]+\.(?:amazonaws\.com(?:\.cn)?|amazon\.com|c2s\.ic\.gov|sc2s\.sgov\.gov)$")
_ACCOUNT = re.compile(r"^\d{12}$")


def add_permission(call: Call) -> Mapping[str, Any]:
    """AddPermission, to the policy of exactly the given qualifier. The response contains the statement as JSON text."""
    if reference(call).qualifier == LATEST:
        raise invalid("We currently do not support adding policies for $LATEST.")
    function, named = function_of(call, shown="")
    _check_qualifier(function, named)
    params = call.params
    policy = function.policies.get(named.qualifier, QualifierPolicy())
    revised = _revised(function, named.qualifier)
    check_revision(params.get("RevisionId"), revised.revision_id, told_by="GetPolicy")
    sid = str(params["StatementId"])
    if sid in policy.statements:
        raise conflict(
            f"The statement id ({sid}) provided already exists. Please provide a new statement id, "
            "or remove the existing statement."
        )
    document = _statement(params, partition=Arn.parse(function.arn).partition, resource=named.arn)
    whole = {"Statement": [document]}
    if unknown_principal(whole):
        raise _invalid_principal()
    added = PolicyStatement(sid=sid, document=document, pinned=pins(whole))
    grown = QualifierPolicy(statements={**policy.statements, sid: added})
    size = length(grown)
    if size > MAX_POLICY:
        raise AwsError(
            "PolicyLengthExceededException", f"The final policy size ({size}) is bigger than the limit ({MAX_POLICY})."
        )
    function.policies[named.qualifier] = grown
    touch(revised)
    return {"Statement": text(document)}


def remove_permission(call: Call) -> None:
    """RemovePermission, from the policy of exactly the given qualifier."""
    named = reference(call)
    if named.account == call.account and found(call, named) is None:
        raise missing(f"No policy found for: {replace(named, qualifier=None).arn}")
    function, named = function_of(call)
    _check_qualifier(function, named)
    policy = _policy(function, named.qualifier, "No policy is associated with the given resource.")
    revised = _revised(function, named.qualifier)
    sid = str(call.params["StatementId"])
    if sid not in policy.statements:
        raise missing(f"Statement {sid} is not found in resource policy.")
    check_revision(call.params.get("RevisionId"), revised.revision_id)
    left = {other: statement for other, statement in policy.statements.items() if other != sid}
    touch(revised)
    if left:
        function.policies[named.qualifier] = QualifierPolicy(statements=left)
    else:
        del function.policies[named.qualifier]


def get_policy(call: Call) -> Mapping[str, Any]:
    """GetPolicy, of exactly the given qualifier."""
    function, named = function_of(call, shown="")
    policy = _policy(function, named.qualifier, "The resource you requested does not exist.")
    revised = _revised(function, named.qualifier)
    return {"Policy": shown_document(policy, call.world.roles), "RevisionId": revised.revision_id}


def _check_qualifier(function: Function, named: FunctionReference) -> None:
    """Raise AwsError if the qualifier does not exist: "Cannot find alias" if it could be an alias name."""
    if function.resolve(named.qualifier) is not None:
        return
    if named.qualifier and named.qualifier.startswith("$"):
        raise missing("The resource you requested does not exist.")
    if named.qualifier and not named.qualifier.isdecimal():
        raise missing(f"Cannot find alias arn: {named.arn}")
    raise not_found(named.arn)


def _revised(function: Function, qualifier: str | None) -> FunctionVersion | Alias:
    """The alias or version whose revision ID the policy shares: a policy change also changes it."""
    if qualifier is None:
        return function.latest
    return function.aliases.get(qualifier) or function.versions[qualifier]


def _policy(function: Function, qualifier: str | None, message: str) -> QualifierPolicy:
    policy = function.policies.get(qualifier)
    if policy is None:
        raise missing(message)
    return policy


def _statement(params: Mapping[str, Any], *, partition: str, resource: str) -> dict[str, Any]:
    document: dict[str, Any] = {
        "Sid": params["StatementId"],
        "Effect": "Allow",
        "Principal": _principal(str(params["Principal"]), partition),
        "Action": params["Action"],
        "Resource": resource,
    }
    equals = {
        "lambda:FunctionUrlAuthType": params.get("FunctionUrlAuthType"),
        "aws:PrincipalOrgID": params.get("PrincipalOrgID"),
        "AWS:SourceAccount": params.get("SourceAccount"),
        "lambda:EventSourceToken": params.get("EventSourceToken"),
    }
    condition: dict[str, dict[str, Any]] = {}
    if any(equals.values()):
        condition["StringEquals"] = {key: value for key, value in equals.items() if value}
    if params.get("SourceArn"):
        condition["ArnLike"] = {"AWS:SourceArn": params["SourceArn"]}
    if params.get("InvokedViaFunctionUrl") is not None:
        condition["Bool"] = {"lambda:InvokedViaFunctionUrl": str(params["InvokedViaFunctionUrl"]).lower()}
    if condition:
        document["Condition"] = condition
    return document


def _principal(principal: str, partition: str) -> str | dict[str, str]:
    if principal == "*":
        return principal
    if _ACCOUNT.match(principal):
        return {"AWS": f"arn:{partition}:iam::{principal}:root"}
    if _SERVICE.match(principal):
        return {"Service": principal}
    try:
        arn = Arn.parse(principal)
    except ArnError:
        raise _invalid_principal() from None
    kind = arn.resource.partition("/")[0]
    known = {"iam": ("root", "role", "user"), "sts": ("assumed-role", "federated-user")}.get(arn.service, ())
    if arn.partition != partition or not _ACCOUNT.match(arn.account) or kind not in known:
        raise _invalid_principal()
    return {"AWS": principal}


def _invalid_principal() -> AwsError:
    return invalid("The provided principal was invalid. Please check the principal and try again.")
