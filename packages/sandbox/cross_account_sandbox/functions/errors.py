"""Lambda's refusals, in its own codes and statuses."""

from __future__ import annotations

from cross_account_sandbox.control_plane.errors import AwsError, ErrorKind

# The kinds, by what is wrong: a parameter; its form, which the service's model checks first; what the call names; what
# is there already or still used; who calls; the payload; its size; and what this sandbox does not have.
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
