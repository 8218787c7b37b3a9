"""Decides whether a caller can make a Lambda API call: another account needs a grant in the function's policy.

A function's policy can grant most operations on an existing function to another account, by name or with `lambda:*`.
Source: Lambda developer guide, "Granting Lambda function access to other accounts"; its 2021 edition lists the
operations. Within the caller's own account, the sandbox checks policies only for Invoke.
"""

from __future__ import annotations

from aws_rules.iam.request import AccessRequest
from aws_rules.iam.request_keys import request_keys
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.identities import identity_policies, principal
from cross_account_sandbox.control_plane.service import Call
from cross_account_sandbox.functions.errors import access_denied
from cross_account_sandbox.functions.invoke_permission import decide
from cross_account_sandbox.functions.store import Function

#: Operations that a function's policy can grant to another account. UpdateFunctionConfiguration is recorded on AWS.
#: Unconfirmed: that a function's policy cannot grant operations that are not in this list. Reason: AWS documents no
#: complete list.
GRANTABLE = frozenset(
    {
        "CreateAlias",
        "DeleteAlias",
        "DeleteFunction",
        "DeleteFunctionConcurrency",
        "GetAlias",
        "GetFunction",
        "GetFunctionConfiguration",
        "GetPolicy",
        "ListAliases",
        "ListTags",
        "ListVersionsByFunction",
        "PublishVersion",
        "PutFunctionConcurrency",
        "TagResource",
        "UntagResource",
        "UpdateAlias",
        "UpdateFunctionCode",
        "UpdateFunctionConfiguration",
    }
)


def check_granted(call: Call, function: Function | None, *, arn: str, qualifier: str | None) -> Function:
    """Return another account's function if its policy and the caller's own policies allow this call.

    Raises AwsError. A nonexistent function grants nothing, so another account cannot find out whether a function
    exists.
    """
    action = f"lambda:{call.operation}"
    if call.operation not in GRANTABLE:
        why = f"because a function's policy cannot grant the {action} action to another account"
        raise _denied(call, action, arn, why)
    return check_permitted(call, function, action=action, arn=arn, qualifier=qualifier)


def check_permitted(call: Call, function: Function | None, *, action: str, arn: str, qualifier: str | None) -> Function:
    """Return the function if its policy (or, in the same account, the caller's) allows the action.

    Raises AwsError (403).
    """
    if function is None:
        raise _denied(call, action, arn, _no_policy_allows("resource", action))
    decision = decide(
        function=function,
        qualifier=qualifier,
        request=AccessRequest(
            principal=principal(call.world.roles, call.caller),
            action=action,
            resource=arn,
            context=request_keys(call.region, at=utc_now(), client=call.client),
        ),
        identity=identity_policies(call.world.roles, call.caller),
    )
    if decision.allowed:
        return function
    kind = "resource" if decision.evidence.get("policy") == "resource" else "identity"
    explicit = f"with an explicit deny in a {kind}-based policy"
    raise _denied(call, action, arn, explicit if decision.explicit_deny else _no_policy_allows(kind, action))


def _no_policy_allows(kind: str, action: str) -> str:
    return f"because no {kind}-based policy allows the {action} action"


def _denied(call: Call, action: str, arn: str, why: str) -> AwsError:
    message = f"User: {call.caller.arn} is not authorized to perform: {action} on resource: {arn} {why}"
    return access_denied(message)
