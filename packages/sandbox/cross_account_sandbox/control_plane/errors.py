"""Errors of the services that the sandbox implements itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class AwsError(Exception):
    """An AWS error: error code (the shape's name), message and HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400, **fields: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.fields = fields


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """A kind of error: its code and HTTP status. Call it with a message to create the error."""

    code: str
    status: int = 400

    def __call__(self, message: str, **fields: Any) -> AwsError:
        """Create the error with this message."""
        return AwsError(self.code, message, self.status, **fields)


def not_implemented(service: str, operation: str, reason: str = "") -> AwsError:
    """The error for an operation that is not implemented, with its name; SDKs do not retry 501."""
    because = f": {reason}" if reason else ""
    return AwsError("NotImplemented", f"{service}:{operation} is not implemented in this sandbox{because}", 501)
