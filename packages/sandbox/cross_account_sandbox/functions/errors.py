"""Lambda's refusals, in its own codes and statuses."""

from __future__ import annotations

from cross_account_sandbox.control_plane.errors import AwsError


def not_found(arn: str) -> AwsError:
    """404: the function, version or alias does not exist."""
    return AwsError("ResourceNotFoundException", f"Function not found: {arn}", 404)


def invalid(message: str) -> AwsError:
    """400: a parameter is wrong."""
    return AwsError("InvalidParameterValueException", message)
