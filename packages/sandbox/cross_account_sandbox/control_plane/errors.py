"""How a service that the sandbox answers itself refuses a call."""

from __future__ import annotations

from typing import Any


class AwsError(Exception):
    """A refusal in AWS's words: error code (the shape's name), message and HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400, **fields: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.fields = fields
