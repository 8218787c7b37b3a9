"""What the data plane remembers between requests: compiled snapshots, buckets, cached authorizer answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cross_account_sandbox.execute_api.snapshot import Snapshots
from cross_account_sandbox.execute_api.token_bucket import TokenBuckets


@dataclass(kw_only=True)
class GatewayState:
    """One a World. Used from the server's event loop alone.

    buckets      token buckets by what they limit
    authorizers  cached answers of Lambda authorizers: (expiry, answer) by API, stage, authorizer and identity
    usage        requests counted against a usage plan's quota, by plan, key and period
    """

    snapshots: Snapshots = field(default_factory=Snapshots)
    buckets: TokenBuckets = field(default_factory=TokenBuckets)
    authorizers: dict[Any, tuple[float, Any]] = field(default_factory=dict)
    usage: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def forget_authorizers(self, *prefix: str) -> None:
        """Drop the cached answers whose keys begin so: those of a stage."""
        for key in [key for key in self.authorizers if key[: len(prefix)] == prefix]:
            del self.authorizers[key]
