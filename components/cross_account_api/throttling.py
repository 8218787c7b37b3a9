"""The rate limits of a stage or a route."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Throttling:
    """Limits for all callers together; further requests get 429.

    rate_limit   steady rate in requests a second
    burst_limit  maximum burst of requests
    """

    rate_limit: float = 1000
    burst_limit: int = 500
