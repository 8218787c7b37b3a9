"""Errors of resources: inputs that a handler rejects, and AWS's errors by meaning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class HandlerError(Exception):
    """An unknown or invalid input; the message names the resource type, the input and the value."""


_GONE = frozenset(
    {
        "NotFoundException",
        "ResourceNotFoundException",
        "NoSuchEntity",
        "NoSuchHostedZone",
        "UnknownResourceException",
        "InvalidVpcID.NotFound",
        "InvalidVpcEndpointId.NotFound",
        "InvalidSubnetID.NotFound",
        "InvalidGroup.NotFound",
        "InvalidSecurityGroupRuleId.NotFound",
        "InvalidPermission.NotFound",
    }
)


def code_of(error: BaseException) -> str:
    """AWS's error code; empty for other errors."""
    response = getattr(error, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""


def is_gone(error: BaseException) -> bool:
    """True if AWS reports that the resource does not exist."""
    return code_of(error) in _GONE


def or_none(call: Callable[..., Any], *args: Any, **arguments: Any) -> Any:
    """Return a call's response, or None if the resource does not exist; raises other errors."""
    try:
        return call(*args, **arguments)
    except Exception as error:
        if is_gone(error):
            return None
        raise
