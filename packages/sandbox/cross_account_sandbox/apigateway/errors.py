"""API Gateway's refusals, in its own codes, statuses and words.

The texts are those that API Gateway answers, as far as they are known; a marker is beside each of the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from cross_account_sandbox.control_plane.errors import AwsError, ErrorKind

Found = TypeVar("Found")


# The kinds, by what is wrong: the request, what it names, what is there already or still used, a quota, who calls;
# and what this sandbox does not have.
bad_request = ErrorKind("BadRequestException", 400)
not_found = ErrorKind("NotFoundException", 404)
conflict = ErrorKind("ConflictException", 409)
limit_exceeded = ErrorKind("LimitExceededException", 429)
access_denied = ErrorKind("AccessDeniedException", 403)
unsupported = ErrorKind("NotImplemented", 501)


def must_exist(item: Found | None, message: str) -> Found:
    """The item that a call names. Raises NotFoundException with this message where there is none."""
    if item is None:
        raise not_found(message)
    return item


def not_one_of(what: str, value: object, allowed: Iterable[str]) -> AwsError:
    """400 for a value of a patch operation or a document, which the check against the service's model does not see."""
    # Unconfirmed: the text for a value of a patch operation or document that is not one of those allowed. Reason: only
    # the rule is documented.
    return bad_request(f"Invalid {what} specified: {value}. Valid options are {','.join(allowed)}")


def too_many(what: str) -> AwsError:
    """429 for the quota of a kind of thing within one API."""
    return limit_exceeded(
        f"Maximum number of {what} for this API has been reached. Please contact AWS if you need additional {what}."
    )
