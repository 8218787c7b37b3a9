"""API Gateway's refusals, in its own codes, statuses and words.

The texts are those that API Gateway answers; where a text could not be confirmed, the function that
raises it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from cross_account_sandbox.control_plane.errors import AwsError

Found = TypeVar("Found")


def bad_request(message: str) -> AwsError:
    """400: the request itself is wrong."""
    return AwsError("BadRequestException", message, 400)


def not_found(message: str) -> AwsError:
    """404: what the request names is not there."""
    return AwsError("NotFoundException", message, 404)


def must_exist(item: Found | None, message: str) -> Found:
    """The item that a call names. Raises NotFoundException with this message where there is none."""
    if item is None:
        raise not_found(message)
    return item


def conflict(message: str) -> AwsError:
    """409: something is there already, or is still used."""
    return AwsError("ConflictException", message, 409)


def limit_exceeded(message: str) -> AwsError:
    """429: a quota of the account or of the API."""
    return AwsError("LimitExceededException", message, 429)


def access_denied(message: str) -> AwsError:
    """403: the caller may not do this, or not with this role."""
    return AwsError("AccessDeniedException", message, 403)


def invalid_input(message: str) -> AwsError:
    """400 of the service's own model check, which comes before anything else."""
    return AwsError("ValidationException", message, 400)


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
