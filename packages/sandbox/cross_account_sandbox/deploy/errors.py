"""Errors that stop a deployment, with messages for the user."""

from __future__ import annotations


class UsageError(Exception):
    """Bad input: a missing file, an unknown key, an invalid value. One message, no traceback."""


class DeploymentError(Exception):
    """A program raised, or AWS refused a resource; the message names which, and quotes AWS's message."""
