"""API Gateway's errors: their codes, statuses and messages.

The messages are API Gateway's own where they are known; each of the others has a marker.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from cross_account_sandbox.control_plane.errors import AwsError, ErrorKind

Found = TypeVar("Found")


# One kind for each cause: an invalid request, a missing item, an item that already exists or is in use, a quota, a
# caller without permission; and a feature that this sandbox does not implement.
bad_request = ErrorKind("BadRequestException", 400)
not_found = ErrorKind("NotFoundException", 404)
conflict = ErrorKind("ConflictException", 409)
limit_exceeded = ErrorKind("LimitExceededException", 429)
access_denied = ErrorKind("AccessDeniedException", 403)
unsupported = ErrorKind("NotImplemented", 501)


def must_exist(item: Found | None, message: str) -> Found:
    """Return the item. Raises NotFoundException with this message if there is no item."""
    if item is None:
        raise not_found(message)
    return item


def not_one_of(what: str, value: object, allowed: Iterable[str]) -> AwsError:
    """Return a 400 error for a value in a patch operation or document, which the service model does not check."""
    # Unconfirmed: the text for a value of a patch operation or document that is not one of those allowed. Reason: only
    # the rule is documented.
    return bad_request(f"Invalid {what} specified: {value}. Valid options are {','.join(allowed)}")


def too_many(what: str) -> AwsError:
    """Return a 429 error for a quota that applies within one API."""
    return limit_exceeded(
        f"Maximum number of {what} for this API has been reached. Please contact AWS if you need additional {what}."
    )
