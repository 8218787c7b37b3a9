"""What a component says when its arguments cannot make a working deployment."""

from __future__ import annotations

import pulumi


class ArgumentError(pulumi.RunError, ValueError):
    """Arguments that cannot work; raised before anything is created. Pulumi prints the message without a traceback."""
