"""AWS_IAM on a route: a valid signature, and an identity policy of the API's own account that allows it.

HTTP APIs have no resource policies, so a caller of another account has to assume a role in the API's account.
Source: API Gateway developer guide, "Control access to HTTP APIs with IAM authorization in API Gateway".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from components.iam.evaluation import evaluate_access
from components.iam.request import AccessRequest
from components.iam.request_keys import request_keys
from sandbox.clock import utc_now
from sandbox.control_plane.identities import identity_policies, principal
from sandbox.execute_api import sigv4
from sandbox.execute_api.http_api.refusal import HttpRefusal
from sandbox.execute_api.signed_request import SignatureRefusal
from sandbox.trace import Outcome

if TYPE_CHECKING:
    from sandbox.execute_api.http_api.exchange import HttpExchange


def check(exchange: HttpExchange) -> None:
    """Raises HttpRefusal: 403 `Forbidden` for no signature, a wrong one, and one that may not."""
    try:
        caller = sigv4.verify(exchange.request, region=exchange.api.region, sessions=exchange.world.sessions)
    except SignatureRefusal as problem:
        raise _forbidden(problem.message.partition("\n")[0]) from None
    exchange.caller = caller
    exchange.authorizer = {
        "iam": {
            "accessKey": caller.access_key,
            "accountId": caller.account,
            "callerId": caller.user_id,
            "cognitoIdentity": None,
            "principalOrgId": None,
            "userArn": caller.arn,
            "userId": caller.user_id,
        }
    }
    resource = exchange.arn(f"{exchange.stage.stage_name}/{exchange.method}{exchange.path}")
    identity = identity_policies(exchange.world, caller)
    decision = evaluate_access(
        AccessRequest(
            principal=principal(caller),
            action="execute-api:Invoke",
            resource=resource,
            context={**request_keys(exchange.api.region, at=utc_now()), "aws:SourceIp": exchange.request.peer},
        ),
        resource_account=exchange.api.account,
        identity_policies=identity.policies,
        resource_policy=None,
        session_policies=identity.session_policies,
        boundary=identity.boundary,
    )
    if not decision.allowed:
        raise _forbidden(
            f"{caller.arn} may not invoke {resource}: {decision.reason}", caller=caller.arn, **decision.evidence
        )
    exchange.trace.add(
        "authorization", Outcome.ALLOWED, f"{caller.arn}: {decision.reason}", caller=caller.arn, **decision.evidence
    )


def _forbidden(why: str, **evidence: Any) -> HttpRefusal:
    return HttpRefusal(403, "Forbidden", hop="authorization", why=why, **evidence)
