"""AWS_IAM on a route: require a valid signature and an identity policy in the API's account that allows the call.

HTTP APIs have no resource policies, so a caller from another account must assume a role in the API's account.
Source: API Gateway developer guide, "Control access to HTTP APIs with IAM authorization in API Gateway".
"""

from __future__ import annotations

from typing import Any

from aws_rules.iam.evaluation import AccessDecision, evaluate_access
from aws_rules.iam.request import AccessRequest
from aws_rules.iam.request_keys import request_keys
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.control_plane.identities import identity_policies, principal
from cross_account_sandbox.control_plane.organizations import membership
from cross_account_sandbox.execute_api import sigv4
from cross_account_sandbox.execute_api.http_api.exchange import HttpExchange
from cross_account_sandbox.execute_api.http_api.refusal import HttpRefusal
from cross_account_sandbox.execute_api.signed_request import SignatureRefusal
from cross_account_sandbox.trace import Outcome


def check(exchange: HttpExchange) -> None:
    """Raises HttpRefusal: 403 `Forbidden` for a missing or invalid signature, and for a caller who is not allowed."""
    try:
        caller = sigv4.verify(exchange.request, region=exchange.api.region, sessions=exchange.world.sessions)
    except SignatureRefusal as problem:
        raise _forbidden(problem.message.partition("\n")[0]) from None
    exchange.caller = caller
    member = membership(caller.account)
    exchange.authorizer = {
        "iam": {
            "accessKey": caller.access_key,
            "accountId": caller.account,
            "callerId": caller.user_id,
            "cognitoIdentity": None,
            "principalOrgId": member.organization if member else None,
            "userArn": caller.arn,
            "userId": caller.user_id,
        }
    }
    resource = exchange.arn(f"{exchange.stage.stage_name}/{exchange.method}{exchange.path}")
    identity = identity_policies(exchange.world.roles, caller)
    decision = evaluate_access(
        AccessRequest(
            principal=principal(exchange.world.roles, caller),
            action="execute-api:Invoke",
            resource=resource,
            context=request_keys(exchange.api.region, at=utc_now(), client=exchange.request.client()),
        ),
        resource_account=exchange.api.account,
        identity_policies=identity.policies,
        resource_policy=None,
        session_policies=identity.session_policies,
        boundary=identity.boundary,
    )
    if not decision.allowed:
        raise _forbidden(
            f"{caller.arn} is not allowed to invoke {resource}: {decision.reason}", **_evidence(caller, decision)
        )
    exchange.trace.add(
        "authorization", Outcome.ALLOWED, f"{caller.arn}: {decision.reason}", **_evidence(caller, decision)
    )


def _evidence(caller: Caller, decision: AccessDecision) -> dict[str, Any]:
    return {"caller": caller.arn, **decision.evidence, "documents": decision.documents}


def _forbidden(why: str, **evidence: Any) -> HttpRefusal:
    return HttpRefusal(403, "Forbidden", hop="authorization", why=why, **evidence)
