"""Reads a log group's events since a given time."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cross_account_doctor.errors import NotThereError

if TYPE_CHECKING:
    from cross_account_doctor.calls import Reader

#: How far back to read, in seconds; older problems do not matter.
_BACK_S = 3600
_PAGE = 10_000
#: The maximum number of events to read in that time; the newest come last.
_MOST_EVENTS = 30_000


class TooLongError(Exception):
    """More events than the doctor reads."""

    def __init__(self, group: str) -> None:
        super().__init__(f"the log {group} was not read: it has more than {_MOST_EVENTS} events of the last hour")


def messages_since(reader: Reader, region: str, group: str, since_ms: int) -> list[str]:
    """The messages since the last change, oldest first; empty if the group does not exist. Raises TooLongError."""
    start = max(since_ms, int((time.time() - _BACK_S) * 1000))
    token = ("nextToken", "nextToken")
    pages = reader.pages(
        "logs", region, "filter_log_events", "events", token, logGroupName=group, startTime=start, limit=_PAGE
    )
    try:
        events = list(itertools.islice(pages, _MOST_EVENTS + 1))
    except NotThereError:
        return []
    if len(events) > _MOST_EVENTS:
        raise TooLongError(group)
    return [event["message"] for event in sorted(events, key=lambda event: event["timestamp"])]


def latest(*moments: Any) -> int:
    """The latest of these times, in milliseconds since 1970."""
    return max((_milliseconds(moment) for moment in moments), default=0)


def _milliseconds(moment: Any) -> int:
    if isinstance(moment, datetime):
        return int(moment.timestamp() * 1000)
    if isinstance(moment, str):
        try:
            parsed = datetime.fromisoformat(moment.replace("+0000", "+00:00"))
        except ValueError:
            return 0
        return int((parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp() * 1000)
    return 0
