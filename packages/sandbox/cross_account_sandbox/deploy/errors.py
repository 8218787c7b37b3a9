"""What stops a deployment, as a person reads it."""

from __future__ import annotations


class UsageError(Exception):
    """Bad input: a file that is missing, a key that is not known, a value that cannot be. One message, no traceback."""


class DeploymentError(Exception):
    """A program that raised, or a resource that AWS refused; the message names which, and AWS's words."""
