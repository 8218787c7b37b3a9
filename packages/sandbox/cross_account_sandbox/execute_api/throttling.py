"""The rate limits of the account, the stage and the method, with token buckets."""

from __future__ import annotations

from collections.abc import Hashable

from cross_account_sandbox.execute_api.exchange import Exchange
from cross_account_sandbox.execute_api.refusal import THROTTLED, Refusal

#: The account's limits in most Regions (quotas page); the stage's and method's apply within them.
ACCOUNT_RATE = 10_000.0
ACCOUNT_BURST = 5_000


def check(exchange: Exchange) -> None:
    """Refuse with 429 `Too Many Requests` if the account's, the stage's or the method's rate is exceeded.

    A limit of the stage (`*/*`) is shared by the methods without their own limits.
    """
    api, stage = exchange.api, exchange.stage
    limits: list[tuple[Hashable, str, float, int]] = [
        (("account", api.account, api.region), f"account {api.account}", ACCOUNT_RATE, ACCOUNT_BURST)
    ]
    if stage.method_settings and exchange.resource is not None and exchange.method is not None:
        verb = exchange.method.http_method
        setting = stage.setting(exchange.resource.path, verb)
        if setting.throttling_rate >= 0 or setting.throttling_burst >= 0:
            own = setting is not stage.method_settings.get("*/*")
            scope = f"{verb} {exchange.resource.path}" if own else "*/*"
            rate = setting.throttling_rate if setting.throttling_rate >= 0 else ACCOUNT_RATE
            burst = setting.throttling_burst if setting.throttling_burst >= 0 else ACCOUNT_BURST
            limits.append((("method", api.id, stage.name, scope), f"{scope} of stage {stage.name}", rate, burst))
    for key, what, rate, burst in limits:
        if not exchange.world.gateway.buckets.take(key, rate=rate, burst=burst):
            raise Refusal(
                THROTTLED,
                "Too Many Requests",
                hop="throttle",
                why=f"The rate of {what} is exceeded: {rate:g} requests per second, bursts of {burst}",
                rate=rate,
                burst=burst,
                limit=what,
            )
