"""Authorize a request by the method's authorization type and the API's resource policy."""

from __future__ import annotations

from cross_account_sandbox.execute_api.authorization import endpoint_policy, iam, lambda_authorizer, resource_policy
from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.refusal import Unsupported


async def authorize(exchange: Exchange) -> None:
    """Allow the request, or raise Refusal with AWS's message."""
    endpoint_policy.check(exchange)
    kind = exchange.method.authorization_type if exchange.method else "NONE"
    if kind == "NONE":
        resource_policy.check_alone(exchange)
    elif kind == "AWS_IAM":
        iam.check(exchange)
    elif kind == "CUSTOM":
        await lambda_authorizer.check(exchange)
    else:
        raise Unsupported(what=f"authorization by {kind}", hop="authorization", authorizationType=kind)
