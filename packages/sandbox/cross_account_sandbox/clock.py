"""The time of this machine, in the forms that AWS uses."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The current time, as an aware datetime in UTC."""
    return datetime.now(tz=UTC)


def timestamp(epoch: float) -> str:
    """Format seconds since 1970 as ISO 8601: `2026-11-30T01:12:11.123Z`."""
    return datetime.fromtimestamp(epoch, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
