"""What goes wrong with a resource: an input that its handler refuses, and AWS's own errors by what they mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class HandlerError(Exception):
    """An input that a handler does not know or accept; the message names resource type, input and value."""


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
    """AWS's error code, empty for an error that is not AWS's."""
    response = getattr(error, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""


def is_gone(error: BaseException) -> bool:
    """Whether AWS says that the resource is not there."""
    return code_of(error) in _GONE


def or_none(call: Callable[..., Any], *args: Any, **arguments: Any) -> Any:
    """The answer of a call, None where the resource is not there; other refusals are raised."""
    try:
        return call(*args, **arguments)
    except Exception as error:
        if is_gone(error):
            return None
        raise
