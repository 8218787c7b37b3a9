"""What ends a look before there is anything to report."""

from __future__ import annotations


class CouldNotLookError(Exception):
    """Bad input, no credentials, or nobody there: one line for stderr, exit 2."""


class NotAllowedError(Exception):
    """A read that these credentials may not make.

    right    the IAM action that is missing
    account  the account in which it is missing
    """

    def __init__(self, right: str, account: str, said: str) -> None:
        super().__init__(f"{right} is not allowed in account {account}: {said}")
        self.right = right
        self.account = account


class NotThereError(Exception):
    """AWS answers that the thing does not exist."""
