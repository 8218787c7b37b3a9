"""The data plane's state between requests: compiled snapshots, token buckets, cached authorizer responses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cross_account_sandbox.execute_api.snapshot import Snapshots
from cross_account_sandbox.execute_api.token_bucket import TokenBuckets


@dataclass(kw_only=True)
class GatewayState:
    """One per World. Used only from the server's event loop.

    buckets      token buckets by what they limit
    authorizers  cached responses of Lambda authorizers: (expiry, response) by API, stage, authorizer and identity
    usage        requests counted against a usage plan's quota, by plan, key and period
    """

    snapshots: Snapshots = field(default_factory=Snapshots)
    buckets: TokenBuckets = field(default_factory=TokenBuckets)
    authorizers: dict[Any, tuple[float, Any]] = field(default_factory=dict)
    usage: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def forget_authorizers(self, *prefix: str) -> None:
        """Drop the cached responses whose keys begin with this prefix: those of a stage."""
        for key in [key for key in self.authorizers if key[: len(prefix)] == prefix]:
            del self.authorizers[key]
