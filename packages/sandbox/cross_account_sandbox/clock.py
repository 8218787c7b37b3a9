"""The time of this machine, as AWS keeps it."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now, with its time zone: UTC."""
    return datetime.now(tz=UTC)
