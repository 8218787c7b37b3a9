"""Quotas that decide whether API Gateway creates an API. Pure.

Source: developer guide, "API Gateway quotas" (limits, api-gateway-execution-service-limits-table, http-api-quotas). The
codes are those of Service Quotas, service `apigateway`.
"""

from __future__ import annotations

from collections.abc import Iterable

#: Milliseconds that API Gateway waits for an integration: at least, at most for a REST API, and for an HTTP API.
SHORTEST_INTEGRATION_MS = 50
REST_INTEGRATION_MS = 29_000
HTTP_INTEGRATION_MS = 30_000
#: "Maximum integration timeout in milliseconds", which an account can have raised for Regional and private REST APIs.
INTEGRATION_TIMEOUT_QUOTA = "L-E5AE38E3"
#: Resources of one REST API.
#: Unconfirmed: that the root counts among the 300 resources of an API. Reason: the quota page does not say it.
MOST_RESOURCES = 300
#: "Resources/Routes per REST/WebSocket API", which an account can have raised.
RESOURCES_QUOTA = "L-01C8A9E0"
#: Bytes of a document that is imported; cannot be raised.
DOCUMENT_BYTES = 6 * 1024 * 1024


def longest_integration_ms(endpoint_type: str, quota_ms: int) -> int:
    """How long a REST API of this type can wait in an account with this quota: it does not count for EDGE."""
    return REST_INTEGRATION_MS if endpoint_type == "EDGE" else quota_ms


def integration_timeout_fault(milliseconds: object, longest_ms: int) -> str | None:
    """Why API Gateway would not wait so long for an integration; None if it would, or if no time is given."""
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
