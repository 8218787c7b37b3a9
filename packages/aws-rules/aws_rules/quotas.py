"""Quotas that decide whether API Gateway creates an API. Pure.

Source: developer guide, "API Gateway quotas" (limits, api-gateway-execution-service-limits-table, http-api-quotas). The
codes are those of Service Quotas, service `apigateway`.
"""

from __future__ import annotations

from collections.abc import Iterable

#: How long API Gateway waits for an integration, in milliseconds: minimum, maximum of REST APIs, maximum of HTTP APIs.
SHORTEST_INTEGRATION_MS = 50
REST_INTEGRATION_MS = 29_000
HTTP_INTEGRATION_MS = 30_000
#: "Maximum integration timeout in milliseconds", which can be raised for Regional and private REST APIs.
INTEGRATION_TIMEOUT_QUOTA = "L-E5AE38E3"
#: Resources of one REST API.
#: Unconfirmed: that the root counts among the 300 resources of an API. Reason: the quota page does not say it.
MOST_RESOURCES = 300
#: "Resources/Routes per REST/WebSocket API", which can be raised.
RESOURCES_QUOTA = "L-01C8A9E0"
#: The maximum size of an imported document in bytes; cannot be raised.
DOCUMENT_BYTES = 6 * 1024 * 1024


def longest_integration_ms(endpoint_type: str, quota_ms: int) -> int:
    """How long a REST API of this type can wait with this quota, which does not apply to EDGE."""
    return REST_INTEGRATION_MS if endpoint_type == "EDGE" else quota_ms


def integration_timeout_fault(milliseconds: object, longest_ms: int) -> str | None:
    """Why API Gateway refuses this integration timeout; None if it accepts it, or if none is given."""
    if milliseconds is None or milliseconds in range(SHORTEST_INTEGRATION_MS, longest_ms + 1):
        return None
    return f"{milliseconds} is not between {SHORTEST_INTEGRATION_MS} and {longest_ms:,} milliseconds"


def resource_count(paths: Iterable[str]) -> int:
    """How many resources a REST API with these paths has: the root, and one for each part of each path."""
    resources = {""}
    for path in paths:
        parts = [part for part in path.split("/") if part]
        resources.update("/".join(parts[: length + 1]) for length in range(len(parts)))
    return len(resources)
