"""API keys: check that a key is enabled, in a usage plan of the stage, and within its rate and quota.

Source: API Gateway developer guide, "Usage plans and API keys for REST APIs". A quota's period begins at
midnight UTC (of the day, the week's Sunday plus the offset, the month's first).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from cross_account_sandbox.apigateway.model.usage_plan import ApiKey, UsagePlan
from cross_account_sandbox.clock import utc_now
from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.refusal import INVALID_API_KEY, QUOTA_EXCEEDED, THROTTLED, Refusal
from cross_account_sandbox.trace import Outcome


def check(exchange: Exchange) -> None:
    """Check the key if the method requires one: from `x-api-key` or the Lambda authorizer's `usageIdentifierKey`."""
    if exchange.method is None or not exchange.method.api_key_required:
        return
    by_authorizer = exchange.snapshot.definition.api_key_source == "AUTHORIZER"
    value = exchange.usage_identifier_key or "" if by_authorizer else exchange.header("x-api-key")
    store = exchange.world.apigateway(exchange.api.account, exchange.api.region)
    key = next((item for item in store.api_keys.values() if item.value == value), None) if value else None
    if key is None or not key.enabled:
        why = "The request has no API key" if not value else "The API key is unknown or disabled"
        raise _forbidden(why=why)
    exchange.identity["apiKey"] = key.value
    exchange.identity["apiKeyId"] = key.id
    plan, stage = next(
        ((item, entry) for item in store.usage_plans.values() for entry in _stages(exchange, item, key)), (None, None)
    )
    if plan is None or stage is None:
        raise _forbidden(why=f"The API key {key.id} is not in a usage plan of stage {exchange.stage.name}", key=key.id)
    _check_rate(exchange, plan, stage, key)
    _check_quota(exchange, plan, key)
    exchange.trace.add(
        "api-key", Outcome.PASSED, f"API key {key.id} is in usage plan {plan.name}", key=key.id, plan=plan.id
    )


def _stages(exchange: Exchange, plan: UsagePlan, key: ApiKey) -> list[dict[str, Any]]:
    if key.id not in plan.key_ids:
        return []
    wanted = (exchange.api.id, exchange.stage.name)
    return [entry for entry in plan.api_stages if (entry.get("apiId"), entry.get("stage")) == wanted]


def _forbidden(*, why: str, **evidence: Any) -> Refusal:
    return Refusal(INVALID_API_KEY, "Forbidden", hop="api-key", why=why, **evidence)


def _check_rate(exchange: Exchange, plan: UsagePlan, stage: dict[str, Any], key: ApiKey) -> None:
    limits = [("plan", plan.rate, plan.burst)]
    if exchange.resource is not None and exchange.method is not None:
        own = (stage.get("throttle") or {}).get(f"{exchange.resource.path}/{exchange.method.http_method}")
        if own:
            limits.append(
                (f"{exchange.resource.path}/{exchange.method.http_method}", own.get("rateLimit"), own.get("burstLimit"))
            )
    for scope, rate, burst in limits:
        if rate is None and burst is None:
            continue
        size = int(burst) if burst is not None else max(1, int(rate or 1))
        bucket = ("usage-plan", plan.id, key.id, exchange.api.id, exchange.stage.name, scope)
        if not exchange.world.gateway.buckets.take(bucket, rate=float(rate or 0), burst=size):
            raise Refusal(
                THROTTLED,
                "Too Many Requests",
                hop="throttle",
                why=f"API key {key.id} exceeded the rate of usage plan {plan.name}: "
                f"{rate} per second, bursts of {burst}",
                plan=plan.id,
                key=key.id,
            )


def _check_quota(exchange: Exchange, plan: UsagePlan, key: ApiKey) -> None:
    if plan.quota_limit is None:
        return
    usage = exchange.world.gateway.usage
    entry = (plan.id, key.id, period(plan, utc_now()))
    used = usage.get(entry, plan.quota_offset if plan.quota_period == "DAY" else 0)
    if used >= plan.quota_limit:
        raise Refusal(
            QUOTA_EXCEEDED,
            "Limit Exceeded",
            hop="api-key",
            why=f"API key {key.id} exceeded the quota of plan {plan.name}: {plan.quota_limit} per {plan.quota_period}",
            plan=plan.id,
            key=key.id,
            used=used,
        )
    usage[entry] = used + 1


def period(plan: UsagePlan, now: datetime) -> str:
    """Return the first day of the quota's current period."""
    day = now.date()
    if plan.quota_period == "MONTH":
        day = day.replace(day=1)
    elif plan.quota_period == "WEEK":
        day -= timedelta(days=(day.weekday() + 1 - plan.quota_offset) % 7)
    return day.isoformat()
