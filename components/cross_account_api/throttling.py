"""How many requests a stage or a route lets through."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Throttling:
    """How many requests are let through, for all callers together; others get 429.

    rate_limit   requests a second, steady
    burst_limit  requests at once
    """

    rate_limit: float = 1000
    burst_limit: int = 500
