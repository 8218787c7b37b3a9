"""Lambda's error codes and HTTP status codes."""

from __future__ import annotations

from cross_account_sandbox.control_plane.errors import AwsError, ErrorKind

# The kinds, in this order: an invalid parameter (the service's model checks its format first); an unknown resource; a
# resource that already exists or is in use; a caller without permission; an invalid payload; a payload that is too
# large; and a feature that this sandbox does not support.
invalid = ErrorKind("InvalidParameterValueException", 400)
missing = ErrorKind("ResourceNotFoundException", 404)
conflict = ErrorKind("ResourceConflictException", 409)
access_denied = ErrorKind("AccessDeniedException", 403)
invalid_content = ErrorKind("InvalidRequestContentException", 400)
too_large = ErrorKind("RequestEntityTooLargeException", 413)
unsupported = ErrorKind("NotImplemented", 501)


def not_found(arn: str) -> AwsError:
    """404: the function, version or alias does not exist."""
    return missing(f"Function not found: {arn}")
