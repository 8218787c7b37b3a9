"""API keys, and the usage plans that limit them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cross_account_sandbox.clock import utc_now


@dataclass(kw_only=True)
class ApiKey:
    """An API key, which callers send in `x-api-key`."""

    id: str
    name: str
    value: str
    enabled: bool = True
    description: str | None = None
    customer_id: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    created: datetime = field(default_factory=utc_now)
    updated: datetime = field(default_factory=utc_now)


@dataclass(kw_only=True)
class UsagePlan:
    """Rate (requests per second), burst and quota (requests per DAY, WEEK or MONTH) for keys on stages."""

    id: str
    name: str
    description: str | None = None
    api_stages: list[dict[str, Any]] = field(default_factory=list)
    rate: float | None = None
    burst: int | None = None
    quota_limit: int | None = None
    quota_offset: int = 0
    quota_period: str | None = None
    key_ids: list[str] = field(default_factory=list)
    product_code: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
