"""The texts in which Lambda refuses parameters, and a statement that it accepts."""

from __future__ import annotations

#: Parameters of AddPermission.
GRANT = {"StatementId": "api", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}


def broken(value: str, where: str, *constraints: str) -> list[str]:
    """Each constraint that a parameter violates."""
    return [f"Value '{value}' at '{where}' failed to satisfy constraint: {constraint}" for constraint in constraints]


def pattern(text: str) -> str:
    """The constraint of a form."""
    return f"Member must satisfy regular expression pattern: {text}"


def longest(number: int) -> str:
    """The constraint of a length."""
    return f"Member must have length less than or equal to {number}"
