"""CUSTOM: a function decides (TOKEN or REQUEST authorizer), and its responses are cached.

Refusals: 401 `Unauthorized` for a missing or invalid identity and for a function that fails with "Unauthorized", 403
for a policy that does not allow the call, 500 for everything else. Source: API Gateway developer guide, "Use API
Gateway Lambda authorizers" and "Output from an API Gateway Lambda authorizer".
"""

from __future__ import annotations

import time
from typing import Any

from aws_rules.iam.evaluation import Decision, PolicyOutcome, evaluate_policy
from aws_rules.iam.request import Principal
from cross_account_sandbox.apigateway.model.definition import Authorizer
from cross_account_sandbox.bounded import PatternError, bounded, fullmatch
from cross_account_sandbox.execute_api.authorization import authorizer_answer, resource_policy
from cross_account_sandbox.execute_api.authorization.authorizer_answer import AUTHORIZER_ERROR, HOP, Verdict, misbehaved
from cross_account_sandbox.execute_api.exchange import BackendCall, Exchange
from cross_account_sandbox.execute_api.integrations.aws_proxy import error_message
from cross_account_sandbox.execute_api.invocation import customer_error_line, invoke
from cross_account_sandbox.execute_api.limits import method_arn
from cross_account_sandbox.execute_api.proxy_event import event_bytes, header_maps
from cross_account_sandbox.execute_api.refusal import (
    ACCESS_DENIED,
    AUTHORIZER_CONFIGURATION_ERROR,
    AUTHORIZER_FAILURE,
    INTEGRATION_FAILURE,
    INTEGRATION_TIMEOUT,
    UNAUTHORIZED,
    Refusal,
    configuration_error,
)
from cross_account_sandbox.execute_api.request_context import request_context
from cross_account_sandbox.functions.invocation import InvocationOutcome
from cross_account_sandbox.trace import Outcome

DEFAULT_TTL_S = 300
_TIMEOUT_MS = 29_000
#: The number of cached responses; the oldest is dropped first.
_MOST_CACHED = 10_000


async def check(exchange: Exchange) -> None:
    """Call the authorizer, and evaluate its policy together with the resource policy (table A)."""
    authorizer = _authorizer(exchange)
    policy = resource_policy.document(exchange)
    anonymous = Principal.anonymous()
    resource = resource_policy.evaluate(exchange, policy, anonymous) if policy is not None else None
    if resource is not None and resource.decision is Decision.DENY:
        # An explicit deny in the resource policy decides before the function is called.
        raise resource_policy.refusal(
            exchange,
            "anonymous",
            tail=resource_policy.EXPLICIT,
            why=resource_policy.explain(resource),
            **resource_policy.evidence(resource),
        )
    identity = await _identity(exchange, authorizer)
    verdict, latency_ms = await _ask(exchange, authorizer, identity)
    exchange.usage_identifier_key = verdict.usage_identifier_key
    exchange.authorizer = {**verdict.context, "principalId": verdict.principal_id, "integrationLatency": latency_ms}
    outcome = _outcome(exchange, verdict)
    allowed = outcome.decision is Decision.ALLOW or (
        outcome.decision is Decision.NONE and resource is not None and resource.decision is Decision.ALLOW
    )
    if exchange.snapshot.private and (resource is None or resource.decision is not Decision.ALLOW):
        allowed = False
    if allowed:
        exchange.trace.add(
            HOP,
            Outcome.ALLOWED,
            f"Authorizer {authorizer.name} allows {verdict.principal_id}",
            authorizer=authorizer.id,
            principalId=verdict.principal_id,
            policy=verdict.policy,
            **_statement(outcome),
        )
        return
    raise _denied(authorizer, verdict, outcome)


async def ask(exchange: Exchange, authorizer: Authorizer) -> Verdict:
    """Call the authorizer's function, ignoring the cache. Raises Refusal."""
    identity = await _identity(exchange, authorizer)
    call = exchange.authorizer_call = BackendCall()
    return await _call(exchange, authorizer, identity, call)


def _authorizer(exchange: Exchange) -> Authorizer:
    wanted = exchange.method.authorizer_id if exchange.method else None
    authorizer = exchange.snapshot.definition.authorizers.get(wanted or "")
    if authorizer is None:
        raise configuration_error(why=f"The API has no authorizer {wanted!r}", hop=HOP, detail="Invalid authorizer")
    return authorizer


def _outcome(exchange: Exchange, verdict: Verdict) -> PolicyOutcome:
    outcomes = [
        evaluate_policy(verdict.policy, request, has_principal=False)
        for request in resource_policy.requests(exchange, Principal.anonymous())
    ]
    order = [Decision.DENY, Decision.NONE, Decision.ALLOW]
    return min(outcomes, key=lambda outcome: order.index(outcome.decision))


def _denied(authorizer: Authorizer, verdict: Verdict, outcome: PolicyOutcome) -> Refusal:
    explicit = outcome.decision is Decision.DENY
    message = "User is not authorized to access this resource"
    if explicit:
        message += " with an explicit deny"
    return Refusal(
        ACCESS_DENIED,
        message,
        hop=HOP,
        body=resource_policy.denied_body(message),
        why=f"The policy that authorizer {authorizer.name} returned for {verdict.principal_id} does not allow it",
        log=("The client is not authorized to perform this operation.",),
        authorizer=authorizer.id,
        principalId=verdict.principal_id,
        policy=verdict.policy,
        **_statement(outcome),
    )


def _statement(outcome: PolicyOutcome) -> dict[str, Any]:
    """Name the authorizer policy statement that decides, or the closest one and how it differs."""
    if outcome.decision is Decision.ALLOW:
        return {"statement": outcome.allowing[0].label}
    found = resource_policy.evidence(outcome)
    return {name: found[name] for name in ("statement", "mismatches") if name in found}


def _unauthorized(*, why: str, **evidence: Any) -> Refusal:
    return Refusal(
        UNAUTHORIZED, "Unauthorized", hop=HOP, why=why, log=("Unauthorized request: Unauthorized",), **evidence
    )


async def _identity(exchange: Exchange, authorizer: Authorizer) -> tuple[str, ...]:
    """Return the values of the identity sources, in order; each must be present and not empty."""
    sources = [source.strip() for source in (authorizer.identity_source or "").split(",") if source.strip()]
    if authorizer.type == "TOKEN" and not sources:
        sources = ["method.request.header.Authorization"]
    values = []
    for source in sources:
        value = _source(exchange, source)
        if not value:
            raise _unauthorized(why=f"The identity source {source} is missing or empty", source=source)
        values.append(value)
    if authorizer.type == "TOKEN" and authorizer.identity_validation:
        await _validate(authorizer, values[0])
    return tuple(values)


async def _validate(authorizer: Authorizer, token: str) -> None:
    expression = authorizer.identity_validation or ""
    try:
        fits = await bounded(fullmatch, expression, token)
    except PatternError as problem:
        raise configuration_error(
            why=f"The authorizer's validation expression is invalid: {problem}",
            hop=HOP,
            detail="Authorizer error",
        ) from None
    if not fits:
        raise _unauthorized(
            why=f"The token does not match the validation expression {expression!r}", expression=expression
        )


def _source(exchange: Exchange, source: str) -> str:
    kind, _, name = source.removeprefix("method.request.").partition(".")
    if source.startswith("method.request."):
        if kind == "header":
            return exchange.header(name)
        if kind == "querystring":
            return (exchange.query.get(name) or [""])[-1]
        return exchange.path_parameters.get(name, "") if kind == "path" else ""
    if source.startswith("stageVariables."):
        return exchange.stage.variables.get(source.removeprefix("stageVariables."), "")
    found: Any = request_context(exchange)
    for part in source.removeprefix("context.").split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return str(found) if found else ""


async def _ask(exchange: Exchange, authorizer: Authorizer, identity: tuple[str, ...]) -> tuple[Verdict, int]:
    """Return the cached response for this identity, or the function's."""
    ttl_s = DEFAULT_TTL_S if authorizer.ttl_s is None else authorizer.ttl_s
    cache = exchange.world.gateway.authorizers
    # Without identity sources, callers cannot be distinguished, so responses are not cached.
    key = (exchange.api.id, exchange.stage.name, exchange.stage.deployment_id, authorizer.id, identity)
    now = time.monotonic()
    if ttl_s > 0 and identity:
        cached = cache.get(key)
        if cached is not None and cached[0] > now:
            return cached[1], 0
    call = exchange.authorizer_call = BackendCall()
    verdict = await _call(exchange, authorizer, identity, call)
    if ttl_s > 0 and identity:
        cache[key] = (now + ttl_s, verdict)
        while len(cache) > _MOST_CACHED:
            cache.pop(next(iter(cache)))
    return verdict, call.latency_ms or 0


async def _call(exchange: Exchange, authorizer: Authorizer, identity: tuple[str, ...], call: BackendCall) -> Verdict:
    if authorizer.type == "TOKEN":
        event: dict[str, Any] = {
            "type": "TOKEN",
            "authorizationToken": identity[0],
            "methodArn": method_arn(exchange),
        }
    elif authorizer.type == "REQUEST":
        event = _request_event(exchange)
    else:
        detail = f"The sandbox does not support authorizers of type {authorizer.type}"
        raise configuration_error(why=detail, hop=HOP, detail=detail)
    try:
        result = await invoke(
            exchange,
            authorizer.uri,
            event_bytes(event),
            credentials=authorizer.credentials,
            timeout_ms=_TIMEOUT_MS,
            call=call,
            hop=HOP,
            tail=f"authorizers/{authorizer.id}",
        )
    except Refusal as refusal:
        raise _as_authorizer_error(refusal) from None
    if result.outcome is not InvocationOutcome.OK:
        message = error_message(result)
        if message == "Unauthorized":
            raise _unauthorized(why=f"Authorizer {authorizer.name} said Unauthorized", authorizer=authorizer.id)
        raise misbehaved(
            why=f"Authorizer {authorizer.name} failed: {message}", log=customer_error_line(message, result.request_id)
        )
    return authorizer_answer.read(result.payload, authorizer=authorizer.name)


def _request_event(exchange: Exchange) -> dict[str, Any]:
    single, multi = header_maps(exchange.headers)
    query = exchange.query
    return {
        "type": "REQUEST",
        "methodArn": method_arn(exchange),
        "resource": exchange.resource.path if exchange.resource else None,
        "path": exchange.invoked_path,
        "httpMethod": exchange.verb,
        "headers": single,
        "multiValueHeaders": multi,
        "queryStringParameters": {name: values[-1] for name, values in query.items()},
        "multiValueQueryStringParameters": query,
        "pathParameters": exchange.path_parameters,
        "stageVariables": exchange.stage.variables,
        "requestContext": request_context(exchange),
    }


def _as_authorizer_error(refusal: Refusal) -> Refusal:
    """Turn a failed call of the authorizer's function into what clients see: 500 `{"message":null}`."""
    failed = refusal.kind in (INTEGRATION_FAILURE, INTEGRATION_TIMEOUT)
    return Refusal(
        AUTHORIZER_FAILURE if failed else AUTHORIZER_CONFIGURATION_ERROR,
        None,
        hop=HOP,
        why=refusal.why,
        denied=refusal.denied,
        log=(*refusal.log, AUTHORIZER_ERROR),
        **refusal.evidence,
    )
