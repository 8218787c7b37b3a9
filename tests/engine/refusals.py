"""A sandbox that rejects the first attempt of each call that creates a resource."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection

from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.refusals import ApiCall

DENIED = "is not authorized to perform this operation"
SLOWED = "Rate exceeded"
#: Calls that change nothing, logins, and deletions: the cleanup of a failed creation must succeed.
_LET_THROUGH = ("Assume", "Delete", "Describe", "Get", "List", "Remove", "Revoke")
#: Of Route 53's calls, only those that create a resource: tags and similar calls belong to these.
_ROUTE53 = ("CreateHostedZone", "ChangeResourceRecordSets")
#: Automatic names end in seven digits, and names from a prefix in 26, which differ between attempts; AWS's IDs differ
#: between runs.
_AUTOMATIC = re.compile(
    rb"-(?:[0-9a-f]{7}|[0-9a-f]{26})\b|(?<=restapis/)[a-z0-9]{10}\b|(?<=/apis/)[a-z0-9]{10}\b|(?<=hostedzone/)[A-Z0-9]+\b"
    rb"|\b[a-z]+-[0-9a-f]{17}\b|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}"
    rb"|(?<=<CallerReference>)[^<]*"
)


def denied() -> AwsError:
    """The caller is not allowed to make the call."""
    return AwsError("AccessDeniedException", DENIED, 403)


def slowed() -> AwsError:
    """The call is throttled."""
    return AwsError("ThrottlingException", SLOWED, 429)


class EachOnce:
    """Reject the first attempt of every creating call, including the client's own retries of it.

    Calls in `spared`, as `service:operation`, succeed immediately.
    """

    def __init__(self, error: Callable[[], AwsError], *, calls: int = 1, spared: Collection[str] = ()) -> None:
        self._error = error
        self._calls = calls
        self._spared = spared
        self._met: Counter[tuple[str, str, str, str]] = Counter()
        self.refused: list[str] = []

    def __call__(self, call: ApiCall) -> AwsError | None:
        operation = _operation(call)
        if not operation or operation.startswith(_LET_THROUGH) or f"{call.service}:{operation}" in self._spared:
            return None
        content = _AUTOMATIC.sub(b"", call.request.target.encode() + call.request.body)
        # The engine does not keep the order of a mapping's keys: equal requests have the same bytes in some order.
        key = (call.account, call.region, operation, hashlib.sha256(bytes(sorted(content))).hexdigest())
        self._met[key] += 1
        if self._met[key] > self._calls:
            return None
        if self._met[key] == 1:
            self.refused.append(operation)
        return self._error()


def _operation(call: ApiCall) -> str:
    return "" if call.service == "route53" and call.operation not in _ROUTE53 else call.operation
