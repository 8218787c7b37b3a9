"""Authorization of HTTP API routes: none, IAM, JWT, or a Lambda authorizer."""

from __future__ import annotations

from cross_account_sandbox.execute_api.http_api.authorization import iam, request_authorizer
from cross_account_sandbox.execute_api.http_api.exchange import HttpExchange
from cross_account_sandbox.execute_api.http_api.refusal import unsupported
from cross_account_sandbox.trace import Outcome


async def authorize(exchange: HttpExchange) -> None:
    """Allow the request, or raise HttpRefusal."""
    kind = exchange.route.authorization_type if exchange.route else "NONE"
    if kind == "NONE":
        exchange.trace.add("authorization", Outcome.PASSED, "The route requires none")
    elif kind == "AWS_IAM":
        iam.check(exchange)
    elif kind == "JWT":
        # Imported late, because it loads cryptography.
        from cross_account_sandbox.execute_api.http_api.authorization import jwt_tokens

        await jwt_tokens.check(exchange)
    elif kind == "CUSTOM":
        await request_authorizer.check(exchange)
    else:
        raise unsupported(hop="authorization", what=f"the authorization type {kind}")
