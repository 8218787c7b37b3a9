"""Evaluate the API's resource policy: who can call, and from where.

Source: API Gateway developer guide, "How API Gateway resource policies affect authorization workflow" and
"AWS condition keys that can be used in API Gateway resource policies".
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from aws_rules.iam.evaluation import Decision, PolicyOutcome, evaluate_policy
from aws_rules.iam.request import AccessRequest, Principal
from aws_rules.iam.request_keys import request_keys
from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.limits import method_arn
from cross_account_sandbox.execute_api.refusal import ACCESS_DENIED, Refusal, configuration_error
from cross_account_sandbox.trace import Outcome

ACTION = "execute-api:Invoke"
#: The end of the message if a Deny statement decided.
EXPLICIT = " with an explicit deny"
#: A Resource in the short form; AWS expands it to the API's ARN when the policy is saved.
_SHORT = "execute-api:/"


def check_alone(exchange: Exchange) -> None:
    """Check a method without authorization: without a policy every caller is allowed, with one only those it allows."""
    policy = document(exchange)
    if policy is None:
        if exchange.snapshot.private:
            raise refusal(exchange, "anonymous", why="A private API without a resource policy allows no calls")
        exchange.trace.add("authorization", Outcome.PASSED, "Authorization NONE, no resource policy")
        return
    outcome = evaluate(exchange, policy, Principal.anonymous())
    if outcome.decision is Decision.ALLOW:
        statement = outcome.allowing[0].label
        exchange.trace.add(
            "authorization",
            Outcome.ALLOWED,
            f"Statement {statement} of the resource policy allows it",
            policy="resource",
            statement=statement,
            documents={"resource": outcome.document},
        )
        return
    tail = EXPLICIT if outcome.decision is Decision.DENY else ""
    raise refusal(exchange, "anonymous", tail=tail, why=explain(outcome), **evidence(outcome))


def document(exchange: Exchange) -> dict[str, Any] | None:
    """Return the policy in force, with short resources expanded; None if the API has no policy."""
    try:
        policy = exchange.snapshot.policy
    except ValueError as problem:
        raise configuration_error(
            why=f"The resource policy is invalid: {problem}", hop="authorization", detail="Invalid resource policy"
        ) from None
    if policy is None or _SHORT not in (exchange.snapshot.definition.policy or ""):
        return policy
    api = exchange.api
    prefix = f"arn:{exchange.partition}:execute-api:{api.region}:{api.account}:{api.id}/"
    text = json.dumps(policy).replace(f'"{_SHORT}', f'"{prefix}')
    completed: dict[str, Any] = json.loads(text)
    return completed


def evaluate(exchange: Exchange, policy: dict[str, Any], principal: Principal) -> PolicyOutcome:
    """Evaluate the policy for this request. A trailing slash in the path never bypasses it."""
    pinned = exchange.snapshot.definition.policy_pins
    outcomes = [
        evaluate_policy(policy, request, pinned=pinned, has_principal=True) for request in requests(exchange, principal)
    ]
    order = [Decision.DENY, Decision.NONE, Decision.ALLOW]
    return min(outcomes, key=lambda outcome: order.index(outcome.decision))


def requests(exchange: Exchange, principal: Principal) -> list[AccessRequest]:
    """List the ARNs to check for execute-api:Invoke: the method's, and with a trailing slash also the one without it.

    Both route to the same method, so both must be allowed.
    """
    # Unconfirmed: which ARN decides for a path with a trailing slash. Reason: no AWS page says it.
    path = exchange.address.path
    paths = [path] if path == "/" or not path.endswith("/") else [path, path[:-1]]
    keys = context(exchange)
    return [
        AccessRequest(principal=principal, action=ACTION, resource=method_arn(exchange, each), context=keys)
        for each in paths
    ]


def context(exchange: Exchange) -> dict[str, str]:
    """Return the condition keys of a call: its time, its Region, who sent it and from where."""
    client = exchange.request.client(vpce=exchange.address.vpce, vpc=exchange.vpc_id)
    return request_keys(exchange.api.region, at=datetime.fromtimestamp(exchange.started, tz=UTC), client=client)


def denied_body(message: str) -> tuple[str, str]:
    """Return the content type and body of a denied request: only this response has a capital `Message`."""
    return "application/json", json.dumps({"Message": message}, separators=(",", ":"), ensure_ascii=False)


def refusal(exchange: Exchange, who: str, *, why: str, tail: str = "", **found: Any) -> Refusal:
    """Return a 403 with AWS's message: the account ID is masked except its last four digits, and `tail` is appended."""
    arn = method_arn(exchange)
    account = exchange.api.account
    masked = arn.replace(f":{account}:", f":{'*' * 8}{account[-4:]}:", 1)
    message = f"User: {who} is not authorized to perform: {ACTION} on resource: {masked}{tail}"
    return Refusal(
        ACCESS_DENIED,
        message,
        hop="authorization",
        why=why,
        body=denied_body(message),
        log=(f"{message}",),
        **({"resource": arn} | found),
    )


def explain(outcome: PolicyOutcome) -> str:
    """Explain in one sentence why the policy does not allow the request."""
    if outcome.decision is Decision.DENY:
        return f"Statement {outcome.denying[0].label} of the resource policy denies it"
    nearest = outcome.nearest
    if nearest is None:
        return "The resource policy has no Allow statement"
    reasons = "; ".join(mismatch.reason for mismatch in nearest.mismatches)
    return f"No statement of the resource policy allows it; the closest is {nearest.label}: {reasons}"


def evidence(outcome: PolicyOutcome) -> dict[str, Any]:
    """Return the statement that a refusal is based on, JSON-serializable."""
    if outcome.decision is Decision.DENY:
        return {
            "policy": "resource",
            "statement": outcome.denying[0].label,
            "effect": "Deny",
            "documents": {"resource": outcome.document},
        }
    nearest = outcome.nearest
    if nearest is None:
        return {"policy": "resource", "documents": {"resource": outcome.document}}
    return {
        "policy": "resource",
        "documents": {"resource": outcome.document},
        "statement": nearest.label,
        "mismatches": [mismatch.as_json() for mismatch in nearest.mismatches],
    }
