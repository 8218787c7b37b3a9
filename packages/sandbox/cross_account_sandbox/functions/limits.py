"""Concurrency limits: the number of invocations of a function, and of an account in a Region, at the same time.

Source: Lambda developer guide, "Understanding Lambda function scaling"; API reference PutFunctionConcurrency.
"""

from __future__ import annotations

from collections import Counter

from cross_account_sandbox.functions.store import Function, FunctionStore

#: An account's concurrent executions in a Region (the default quota).
ACCOUNT_CONCURRENCY = 1000
#: The minimum concurrency that must stay unreserved.
MINIMUM_UNRESERVED = 100


class ConcurrencyLimits:
    """Counts invocations in progress."""

    def __init__(self) -> None:
        self._running: Counter[str] = Counter()
        self._unreserved: Counter[tuple[str, str]] = Counter()

    def take(self, function: Function, store: FunctionStore) -> bool:
        """Count the start of an invocation; return False if the function or its account is at the limit (429)."""
        if function.reserved_concurrency is not None:
            if self._running[function.arn] >= function.reserved_concurrency:
                return False
        else:
            key = (function.account, function.region)
            if self._unreserved[key] >= ACCOUNT_CONCURRENCY - store.reserved:
                return False
            self._unreserved[key] += 1
        self._running[function.arn] += 1
        return True

    def give_back(self, function: Function, *, reserved_then: bool) -> None:
        """Count the end of an invocation; `reserved_then`: the function had reserved concurrency then."""
        self._running[function.arn] -= 1
        if self._running[function.arn] <= 0:
            del self._running[function.arn]
        if not reserved_then:
            self._unreserved[function.account, function.region] -= 1
