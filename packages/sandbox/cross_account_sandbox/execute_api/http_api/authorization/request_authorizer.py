"""REQUEST authorizers: a function decides, by a simple response or a policy; its responses can be cached.

Source: API Gateway developer guide, "Control access to HTTP APIs with AWS Lambda authorizers".
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

from aws_rules.iam.evaluation import Decision, evaluate_policy
from aws_rules.iam.request import AccessRequest, Principal
from aws_rules.iam.request_keys import request_keys
from cross_account_sandbox import json_text
from cross_account_sandbox.apigatewayv2.integrations import function_of
from cross_account_sandbox.apigatewayv2.model import HttpAuthorizer
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.execute_api.http_api import event, lambda_call
from cross_account_sandbox.execute_api.http_api.exchange import HttpExchange
from cross_account_sandbox.execute_api.http_api.identity_source import values_of
from cross_account_sandbox.execute_api.http_api.refusal import HttpRefusal, failed
from cross_account_sandbox.functions.invocation import InvocationOutcome
from cross_account_sandbox.trace import Outcome

_HOP = "authorization"
_TIMEOUT_MS = 10_000
#: The number of cached responses; the oldest is dropped first.
_MOST_CACHED = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """The checked response of the function."""

    allowed: bool
    why: str
    context: dict[str, Any] = field(default_factory=dict)
    policy: dict[str, Any] | None = None


async def check(exchange: HttpExchange) -> None:
    """Raises HttpRefusal: 401 without an identity, 403 if the authorizer denies, 500 if it does not work."""
    route = exchange.route
    authorizer = exchange.snapshot.authorizers.get((route.authorizer_id if route else None) or "")
    if authorizer is None:
        raise failed(hop=_HOP, why="The deployment does not contain the route's authorizer")
    identity = tuple(values_of(exchange, authorizer.identity_source))
    missing = [source for source, value in zip(authorizer.identity_source, identity, strict=True) if not value]
    if missing:
        raise _unauthorized(f"The identity source {missing[0]} is missing or empty", source=missing[0])
    verdict = await _verdict(exchange, authorizer, identity)
    if not _lets_in(exchange, verdict):
        raise HttpRefusal(
            403,
            "Forbidden",
            hop=_HOP,
            why=f"Authorizer {authorizer.name}: {verdict.why}",
            authorizer=authorizer.authorizer_id,
            policy=verdict.policy,
        )
    exchange.authorizer = {"lambda": verdict.context or None}
    exchange.trace.add(
        _HOP, Outcome.ALLOWED, f"Authorizer {authorizer.name} allows it", authorizer=authorizer.authorizer_id
    )


async def _verdict(exchange: HttpExchange, authorizer: HttpAuthorizer, identity: tuple[str, ...]) -> Verdict:
    ttl_s = authorizer.authorizer_result_ttl_in_seconds or 0
    cache = exchange.world.gateway.authorizers
    key = ("http", exchange.api.api_id, exchange.stage.stage_name, authorizer.authorizer_id, identity)
    now = time.monotonic()
    if ttl_s and identity and (cached := cache.get(key)) is not None and cached[0] > now:
        verdict: Verdict = cached[1]
        return verdict
    verdict = await _ask(exchange, authorizer, identity)
    if ttl_s and identity:
        cache[key] = (now + ttl_s, verdict)
        while len(cache) > _MOST_CACHED:
            cache.pop(next(iter(cache)))
    return verdict


async def _ask(exchange: HttpExchange, authorizer: HttpAuthorizer, identity: tuple[str, ...]) -> Verdict:
    arn = function_of(authorizer.authorizer_uri)
    if arn is None:
        raise failed(hop=_HOP, why=f"The authorizer's URI names no function: {authorizer.authorizer_uri!r}")
    payload = json.dumps(_event(exchange, authorizer, identity), separators=(",", ":"), ensure_ascii=False)
    backend = dict(exchange.integration)
    result = await lambda_call.invoke(
        exchange,
        arn,
        payload.encode("utf-8", "replace"),
        tail=f"authorizers/{authorizer.authorizer_id}",
        credentials=authorizer.authorizer_credentials_arn,
        timeout_ms=_TIMEOUT_MS,
        hop=_HOP,
    )
    exchange.integration = backend
    try:
        answer = json_text.loads(result.payload or b"null")
    except ValueError:
        answer = None
    if result.outcome is not InvocationOutcome.OK:
        # Unconfirmed: that an HTTP API authorizer which fails with "Unauthorized" results in a 401. Reason: this is
        # documented only for REST APIs.
        if isinstance(answer, dict) and answer.get("errorMessage") == "Unauthorized":
            raise _unauthorized(f"The function {arn} failed with 'Unauthorized'")
        raise failed(hop=_HOP, why=f"The authorizer's function {arn} failed", function=str(arn))
    return _checked(authorizer, answer)


def _checked(authorizer: HttpAuthorizer, answer: Any) -> Verdict:
    context = (answer.get("context") or {}) if isinstance(answer, dict) else {}
    if authorizer.enable_simple_responses:
        if not isinstance(answer, dict) or not isinstance(answer.get("isAuthorized"), bool):
            raise failed(hop=_HOP, why=f"The authorizer {authorizer.name} returned no isAuthorized", answer=answer)
        allowed = answer["isAuthorized"]
        return Verdict(allowed=allowed, why=f"isAuthorized is {str(allowed).lower()}", context=context)
    policy = answer.get("policyDocument") if isinstance(answer, dict) else None
    if not isinstance(policy, dict) or not answer.get("principalId"):
        raise failed(hop=_HOP, why=f"The authorizer {authorizer.name} returned no principalId or policy", answer=answer)
    return Verdict(allowed=True, why="its policy does not allow the route", context=context, policy=policy)


def _lets_in(exchange: HttpExchange, verdict: Verdict) -> bool:
    if verdict.policy is None:
        return verdict.allowed
    request = AccessRequest(
        principal=Principal.anonymous(),
        action="execute-api:Invoke",
        resource=_route_arn(exchange),
        context=request_keys(exchange.api.region, at=utc_now(), client=exchange.request.client()),
    )
    return evaluate_policy(verdict.policy, request, has_principal=False).decision is Decision.ALLOW


def _event(exchange: HttpExchange, authorizer: HttpAuthorizer, identity: tuple[str, ...]) -> dict[str, Any]:
    if authorizer.authorizer_payload_format_version == "2.0":
        made = event.event_2_0(exchange) | {
            "type": "REQUEST",
            "routeArn": _route_arn(exchange),
            "identitySource": list(identity),
        }
    else:
        joined = ",".join(identity)
        made = event.event_1_0(exchange) | {
            "type": "REQUEST",
            "methodArn": _route_arn(exchange),
            "identitySource": joined,
            "authorizationToken": joined,
        }
    return {name: value for name, value in made.items() if name not in ("body", "isBase64Encoded")}


def _route_arn(exchange: HttpExchange) -> str:
    return exchange.arn(f"{exchange.stage.stage_name}/{exchange.method}{exchange.path}")


def _unauthorized(why: str, **evidence: Any) -> HttpRefusal:
    return HttpRefusal(401, "Unauthorized", hop=_HOP, why=why, **evidence)
