"""REST and HTTP APIs: their error responses and timeouts."""

from __future__ import annotations

from dataclasses import dataclass

from aws_rules.quotas import HTTP_INTEGRATION_MS, REST_INTEGRATION_MS


@dataclass(frozen=True, kw_only=True, slots=True)
class Protocol:
    """A kind of API: REST or HTTP.

    longest_integration_ms  without a raised quota
    no_route                the response to a request that matches no route
    timed_out               the response if the integration did not answer in time
    function_error          the status for a function error
    """

    name: str
    longest_integration_ms: int
    no_route: str
    timed_out: str
    function_error: int


#: API Gateway developer guide: limits of REST APIs, and gateway response types.
REST = Protocol(
    name="REST",
    longest_integration_ms=REST_INTEGRATION_MS,
    no_route="403 Missing Authentication Token, as if unsigned",
    timed_out="504 Endpoint request timed out",
    function_error=502,
)
#: API Gateway developer guide: quotas of HTTP APIs, and troubleshooting HTTP API Lambda integrations.
HTTP = Protocol(
    name="HTTP",
    longest_integration_ms=HTTP_INTEGRATION_MS,
    no_route="404 Not Found",
    timed_out="503 Service Unavailable",
    function_error=500,
)
