"""Decides whether a caller can assume a role, as AWS does for sts:AssumeRole.

The operator can assume every role name in every account, so that a deployment reaches every account of the sandbox.
Other callers need what AWS requires: the role's trust policy, and across accounts also the caller's own identity
policies (IAM user guide, "Cross account policy evaluation logic").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from aws_rules.iam.request_keys import request_keys
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.roles import RoleView, stable_id
from cross_account_sandbox.control_plane.service import Call
from cross_account_sandbox.control_plane.sessions import session_caller

#: Seconds; STS API reference, AssumeRole.
DEFAULT_SESSION_S = 3600
CHAINED_SESSION_S = 3600

_ROLE_ARN = re.compile(
    r"^arn:(?P<partition>aws[a-z-]*):iam::(?P<account>\d{12}):role/(?:[!-~]*/)?(?P<name>[\w+=,.@-]{1,64})$", re.ASCII
)


def assumed_role(call: Call) -> tuple[Caller, float]:
    """Return the session (without keys) that AssumeRole gives this caller, and its duration in seconds.

    Raises AwsError: ValidationError if the ARN is not a role's or the session is too long, AccessDenied if the role
    does not exist or does not trust the caller.
    """
    roles, caller, params = call.world.roles, call.caller, call.params
    arn = str(params["RoleArn"])
    match = _ROLE_ARN.match(arn)
    session_name = str(params["RoleSessionName"])
    duration_s = int(params.get("DurationSeconds", DEFAULT_SESSION_S))
    if match is None:
        raise AwsError("ValidationError", f"{arn} is invalid")
    account, name = match["account"], match["name"]
    role = roles.by_arn(arn)
    if role is None:
        if not caller.operator:
            raise _denied(caller, arn)
        unique_id = stable_id("AROA", account, name)
        # This session administers only that account.
        session = session_caller(
            arn, account=account, session_name=session_name, unique_id=unique_id, administrator=True
        )
        return session, duration_s
    if duration_s > role.max_session_s:
        raise AwsError(
            "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
    if caller.role_arn and not caller.administrator and duration_s > CHAINED_SESSION_S:
        raise AwsError(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        )
    if not caller.operator and not _allowed(call, role):
        raise _denied(caller, arn)
    return session_caller(role.arn, account=account, session_name=session_name, unique_id=role.unique_id), duration_s


def _allowed(call: Call, role: RoleView) -> bool:
    """Return True if every action of the call is allowed: tags and a source identity are separate actions."""
    from aws_rules.iam.evaluation import evaluate_access
    from aws_rules.iam.request import AccessRequest
    from cross_account_sandbox.control_plane.identities import identity_policies, principal

    identity = identity_policies(call.world.roles, call.caller)
    who, context = principal(call.world.roles, call.caller), _context(call)
    return all(
        evaluate_access(
            AccessRequest(principal=who, action=action, resource=role.arn, context=context),
            resource_account=role.account,
            identity_policies=identity.policies,
            resource_policy=role.trust,
            resource_policy_required=True,
            pinned=role.trust_pins,
            session_policies=identity.session_policies,
            boundary=identity.boundary,
        ).allowed
        for action in _actions(call.params)
    )


def _actions(params: Mapping[str, Any]) -> list[str]:
    actions = ["sts:AssumeRole"]
    if params.get("Tags"):
        actions.append("sts:TagSession")
    if params.get("SourceIdentity"):
        actions.append("sts:SetSourceIdentity")
    return actions


def _context(call: Call) -> dict[str, str | list[str]]:
    params = call.params
    context: dict[str, str | list[str]] = {
        **request_keys(call.region, at=utc_now(), client=call.client),
        "sts:RoleSessionName": str(params["RoleSessionName"]),
    }
    if params.get("ExternalId") is not None:
        context["sts:ExternalId"] = str(params["ExternalId"])
    if params.get("SourceIdentity"):
        context["sts:SourceIdentity"] = str(params["SourceIdentity"])
    tags = {str(tag.get("Key")): str(tag.get("Value", "")) for tag in params.get("Tags", [])}
    if tags:
        context["aws:TagKeys"] = list(tags)
        context |= {f"aws:RequestTag/{key}": value for key, value in tags.items()}
    return context


def _denied(caller: Caller, arn: str) -> AwsError:
    message = f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}"
    return AwsError("AccessDenied", message, 403)
