"""The time of this machine, as AWS keeps it."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Now, with its time zone: UTC."""
    return datetime.now(tz=UTC)


def timestamp(epoch: float) -> str:
    """A moment, in seconds since 1970, as programs read it: `2026-11-30T01:12:11.123Z`."""
    return datetime.fromtimestamp(epoch, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
