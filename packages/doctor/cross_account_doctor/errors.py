"""Errors that end the check before there is anything to report."""

from __future__ import annotations


class CouldNotLookError(Exception):
    """Bad input, no credentials, or nothing answers: one line on stderr, exit code 2."""


class NotAllowedError(Exception):
    """The credentials lack a permission to read.

    right    the IAM action that is missing
    account  the account in which it is missing
    """

    def __init__(self, right: str, account: str, said: str) -> None:
        super().__init__(f"{right} is not allowed in account {account}: {said}")
        self.right = right
        self.account = account


class NotThereError(Exception):
    """AWS answers that the resource does not exist."""
