"""How a service that the sandbox answers itself refuses a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class AwsError(Exception):
    """A refusal in AWS's words: error code (the shape's name), message and HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400, **fields: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.fields = fields


@dataclass(frozen=True, slots=True)
class ErrorKind:
    """A kind of refusal: its code and HTTP status. Called with the message, it makes the error."""

    code: str
    status: int = 400

    def __call__(self, message: str, **fields: Any) -> AwsError:
        """The error with this message."""
        return AwsError(self.code, message, self.status, **fields)


def not_implemented(service: str, operation: str, reason: str = "") -> AwsError:
    """The refusal of an operation that nobody answers, by name; SDKs do not try 501 again."""
    because = f": {reason}" if reason else ""
    return AwsError("NotImplemented", f"{service}:{operation} is not implemented in this sandbox{because}", 501)
