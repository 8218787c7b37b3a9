"""API Gateway's refusals, in its own codes, statuses and words.

The texts are those that API Gateway answers; where a text could not be confirmed, the function that
raises it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from cross_account_sandbox.control_plane.errors import AwsError, ErrorKind

Found = TypeVar("Found")


# The kinds, by what is wrong: the request, what it names, what is there already or still used, a quota, who calls; and
# the service's own model check, which comes before anything else.
bad_request = ErrorKind("BadRequestException", 400)
not_found = ErrorKind("NotFoundException", 404)
conflict = ErrorKind("ConflictException", 409)
limit_exceeded = ErrorKind("LimitExceededException", 429)
access_denied = ErrorKind("AccessDeniedException", 403)
invalid_input = ErrorKind("ValidationException", 400)


def must_exist(item: Found | None, message: str) -> Found:
    """The item that a call names. Raises NotFoundException with this message where there is none."""
    if item is None:
        raise not_found(message)
    return item


def invalid_enum(value: object, where: str, allowed: Iterable[str]) -> AwsError:
    """The model check's refusal of a value that is not among the allowed ones."""
    return invalid_enums([(value, where, allowed)])


def invalid_enums(wrong: Sequence[tuple[object, str, Iterable[str]]]) -> AwsError:
    """The same for several members at once: (value, where, allowed values) each."""
    found = "; ".join(
        f"Value '{value}' at '{where}' failed to satisfy constraint: "
        f"Member must satisfy enum value set: [{', '.join(allowed)}]"
        for value, where, allowed in wrong
    )
    count = "1 validation error" if len(wrong) == 1 else f"{len(wrong)} validation errors"
    return invalid_input(f"{count} detected: {found}")


def too_many(what: str) -> AwsError:
    """429 for the quota of a kind of thing within one API."""
    return limit_exceeded(
        f"Maximum number of {what} for this API has been reached. Please contact AWS if you need additional {what}."
    )
