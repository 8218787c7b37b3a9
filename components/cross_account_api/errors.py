"""The error for arguments that cannot make a working deployment."""

from __future__ import annotations

import pulumi


class ArgumentError(pulumi.RunError, ValueError):
    """Invalid arguments; raised before anything is created. Pulumi prints the message without a traceback."""
