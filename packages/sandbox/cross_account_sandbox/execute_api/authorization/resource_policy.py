"""The API's resource policy: who may call from where.

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
#: How the text ends where a Deny statement settled it.
EXPLICIT = " with an explicit deny"
#: A Resource in the short form; AWS completes it with the API's own ARN when the policy is saved.
_SHORT = "execute-api:/"


def check_alone(exchange: Exchange) -> None:
    """Without another authorization: no policy lets everybody in, a policy only whom it allows."""
    policy = document(exchange)
    if policy is None:
        if exchange.snapshot.private:
            raise refusal(exchange, "anonymous", why="A private API without a resource policy lets nobody in")
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
    """The policy in force, with short resources completed; None where the API has none."""
    try:
        policy = exchange.snapshot.policy
    except ValueError as problem:
        raise configuration_error(
            why=f"The resource policy cannot be read: {problem}", hop="authorization", detail="Invalid resource policy"
        ) from None
    if policy is None or _SHORT not in (exchange.snapshot.definition.policy or ""):
        return policy
    api = exchange.api
    prefix = f"arn:{exchange.partition}:execute-api:{api.region}:{api.account}:{api.id}/"
    text = json.dumps(policy).replace(f'"{_SHORT}', f'"{prefix}')
    completed: dict[str, Any] = json.loads(text)
    return completed


def evaluate(exchange: Exchange, policy: dict[str, Any], principal: Principal) -> PolicyOutcome:
    """What the policy says of this request. A trailing slash in the path never helps past it."""
    pinned = exchange.snapshot.definition.policy_pins
    outcomes = [
        evaluate_policy(policy, request, pinned=pinned, has_principal=True) for request in requests(exchange, principal)
    ]
    order = [Decision.DENY, Decision.NONE, Decision.ALLOW]
    return min(outcomes, key=lambda outcome: order.index(outcome.decision))


def requests(exchange: Exchange, principal: Principal) -> list[AccessRequest]:
    """execute-api:Invoke on the method's ARN; with a trailing slash also on the ARN without it.

    Routing takes both for one, so both must be allowed.
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
    """The condition keys of a call: when it was made, of which Region, and who sent it from where."""
    client = exchange.request.client(vpce=exchange.address.vpce, vpc=exchange.vpc_id)
    return request_keys(exchange.api.region, at=datetime.fromtimestamp(exchange.started, tz=UTC), client=client)


def denied_body(message: str) -> tuple[str, str]:
    """Content type and body of a denied request: this kind alone has a capital `Message`."""
    return "application/json", json.dumps({"Message": message}, separators=(",", ":"), ensure_ascii=False)


def refusal(exchange: Exchange, who: str, *, why: str, tail: str = "", **found: Any) -> Refusal:
    """403 in AWS's words; the account in the ARN is masked but for its last four digits. `tail` ends the text."""
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
    """Why the policy does not let the request in, in one sentence."""
    if outcome.decision is Decision.DENY:
        return f"Statement {outcome.denying[0].label} of the resource policy denies it"
    nearest = outcome.nearest
    if nearest is None:
        return "The resource policy has no Allow statement"
    reasons = "; ".join(mismatch.reason for mismatch in nearest.mismatches)
    return f"No statement of the resource policy allows it; nearest is {nearest.label}: {reasons}"


def evidence(outcome: PolicyOutcome) -> dict[str, Any]:
    """The statement a refusal rests on, JSON-serialisable."""
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
