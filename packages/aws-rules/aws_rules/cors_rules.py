"""What API Gateway accepts as an HTTP API's CORS configuration. Pure."""

from __future__ import annotations

from collections.abc import Sequence

#: Seconds (API reference, Cors); -1: browsers do not cache the response.
MAX_AGE = range(-1, 86_401)


def cors_fault(*, allow_origins: Sequence[str], allow_credentials: bool, max_age: int | None) -> str | None:
    """Why API Gateway refuses the configuration; None if it accepts it."""
    if allow_credentials and "*" in allow_origins:
        return "allow-credentials is not supported if 'allow-origin' is *"
    if max_age is not None and max_age not in MAX_AGE:
        return f"max-age {max_age} is not between {MAX_AGE[0]} and {MAX_AGE[-1]:,} seconds"
    return None
