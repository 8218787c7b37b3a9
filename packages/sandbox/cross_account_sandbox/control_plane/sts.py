"""AWS STS: caller identity, temporary credentials, and roles of any account."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aws_rules.iam.conditions import unknown_operator
from cross_account_sandbox.control_plane.assume_role import assumed_role
from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.service import Call, Service

#: Seconds; STS API reference, GetSessionToken.
_SESSION_TOKEN_S = 43_200


def _assume_role(call: Call) -> dict[str, Any]:
    caller, duration_s = assumed_role(call)
    before, given = call.caller, {str(tag["Key"]): str(tag["Value"]) for tag in call.params.get("Tags") or []}
    inherited = {key: value for key, value in before.session_tags.items() if key.lower() in before.transitive_tags}
    _check_tags(call, inherited)
    session = call.world.sessions.open(
        caller,
        duration_s=duration_s,
        session_policies=_session_policies(call),
        session_tags={**given, **inherited},
        transitive_tags=frozenset(
            str(key).lower() for key in (*(call.params.get("TransitiveTagKeys") or []), *inherited)
        ),
    )
    return {
        "Credentials": _credentials(session),
        "AssumedRoleUser": {"AssumedRoleId": session.user_id, "Arn": session.arn},
    }


def _check_tags(call: Call, inherited: Mapping[str, str]) -> None:
    """Raise AwsError for invalid session tags; keys that differ only in case are the same key.

    Source: IAM user guide, "Pass session tags in AWS STS", and recorded refusals.
    """
    # Unconfirmed: the messages for session tags that are refused. Reason: the recordings have only the code.
    keys = [str(tag["Key"]).lower() for tag in call.params.get("Tags") or []]
    transitive = {str(key).lower() for key in call.params.get("TransitiveTagKeys") or []}
    if len(set(keys)) < len(keys):
        text = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
    elif {key.lower() for key in inherited} & set(keys):
        text = (
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from "
            "the calling session."
        )
    elif not transitive <= set(keys):
        text = "The specified transitive tag key must be included in the requested tags."
    else:
        return
    raise AwsError("InvalidParameterValue", text)


def _session_policies(call: Call) -> tuple[dict[str, Any], ...]:
    documents = [call.params["Policy"]] if call.params.get("Policy") else []
    parsed = []
    for text in documents:
        try:
            document = json.loads(text)
        except ValueError:
            document = None
        if not isinstance(document, dict) or "Statement" not in document:
            raise AwsError("MalformedPolicyDocument", "This policy contains invalid Json")
        if unknown_operator(document):
            # Unconfirmed: the message for a session policy with an unknown condition operator. Reason: the sandbox uses
            # IAM's message.
            raise AwsError("MalformedPolicyDocument", "Syntax errors in policy.")
        parsed.append(document)
    for member in call.params.get("PolicyArns", []):
        arn = str(member.get("arn", ""))
        managed = call.world.roles.managed_policy(call.caller.account, arn)
        if managed is None:
            raise AwsError("InvalidParameterValue", f"The policy {arn} does not exist or is not attachable")
        parsed.append(managed)
    return tuple(parsed)


def _get_caller_identity(call: Call) -> dict[str, Any]:
    return {"UserId": call.caller.user_id, "Account": call.caller.account, "Arn": call.caller.arn}


def _get_session_token(call: Call) -> dict[str, Any]:
    if call.caller.session_token is not None:
        raise AwsError("AccessDenied", "Cannot call GetSessionToken with session credentials", 403)
    duration_s = int(call.params.get("DurationSeconds", _SESSION_TOKEN_S))
    return {"Credentials": _credentials(call.world.sessions.open(call.caller, duration_s=duration_s))}


def _get_access_key_info(call: Call) -> dict[str, Any]:
    access_key = str(call.params.get("AccessKeyId", ""))
    holder = call.world.sessions.caller(access_key)
    if holder is None:
        raise AwsError("ValidationError", f"Invalid AccessKeyId {access_key}")
    return {"Account": holder.account}


def _credentials(session: Caller) -> dict[str, Any]:
    return {
        "AccessKeyId": session.access_key,
        "SecretAccessKey": session.secret_key,
        "SessionToken": session.session_token,
        "Expiration": datetime.fromtimestamp(int(session.expires or 0), tz=UTC),
    }


SERVICE = Service(
    name="sts",
    operations={
        "AssumeRole": _assume_role,
        "GetAccessKeyInfo": _get_access_key_info,
        "GetCallerIdentity": _get_caller_identity,
        "GetSessionToken": _get_session_token,
    },
)
