"""Gateway response types: the status of each, and the default that each falls back to.

Source: developer guide, "supported-gateway-response-types".
"""

from __future__ import annotations

#: Type → default status; None for the two defaults, which use the status of the type they replace.
DEFAULT_STATUS: dict[str, str | None] = {
    "ACCESS_DENIED": "403",
    "API_CONFIGURATION_ERROR": "500",
    "AUTHORIZER_CONFIGURATION_ERROR": "500",
    "AUTHORIZER_FAILURE": "500",
    "BAD_REQUEST_BODY": "400",
    "BAD_REQUEST_PARAMETERS": "400",
    "DEFAULT_4XX": None,
    "DEFAULT_5XX": None,
    "EXPIRED_TOKEN": "403",
    "INTEGRATION_FAILURE": "504",
    "INTEGRATION_TIMEOUT": "504",
    "INVALID_API_KEY": "403",
    "INVALID_SIGNATURE": "403",
    "MISSING_AUTHENTICATION_TOKEN": "403",
    "QUOTA_EXCEEDED": "429",
    "REQUEST_TOO_LARGE": "413",
    "RESOURCE_NOT_FOUND": "404",
    "THROTTLED": "429",
    "UNAUTHORIZED": "401",
    "UNSUPPORTED_MEDIA_TYPE": "415",
    "WAF_FILTERED": "403",
}


def response_types() -> tuple[str, ...]:
    """Return all types in the order of GetGatewayResponses."""
    return tuple(DEFAULT_STATUS)


def default_of(response_type: str) -> str | None:
    """Return the type whose settings apply if this one has none: DEFAULT_4XX or DEFAULT_5XX; None for these two."""
    status = DEFAULT_STATUS[response_type]
    if status is None:
        return None
    return "DEFAULT_4XX" if status.startswith("4") else "DEFAULT_5XX"
