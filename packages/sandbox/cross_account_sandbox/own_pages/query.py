"""The query of `/_sandbox/traces`: which traces a program requests."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl

from cross_account_sandbox.trace import MOST_TRACES, Trace

_DEFAULT_LIMIT = 100
_STATUS = re.compile(r"[1-5](?:xx|[0-9]{2})", re.IGNORECASE)


class BadQueryError(ValueError):
    """An unknown parameter or an invalid value; the message names both."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TraceQuery:
    """A trace matches if it matches every given field.

    api ID of the API
    function  name, ARN or qualified ARN of a function that the request called or was not permitted to call
    status    status codes, and classes of status codes such as 5xx
    path      the path that the API routes; `*` matches any characters
    since     earliest start of the request, in seconds since 1970; `until` is the latest
    """

    api: str = ""
    function: str = ""
    status: tuple[str, ...] = ()
    path: str = ""
    method: str = ""
    since: float | None = None
    until: float | None = None
    limit: int = _DEFAULT_LIMIT
    position: str = ""

    @classmethod
    def parse(cls, text: str) -> TraceQuery:
        """Parse the query of a URL. Raises BadQueryError."""
        given: dict[str, Any] = {}
        for name, value in parse_qsl(text, keep_blank_values=True):
            if name not in _PARAMETERS:
                raise BadQueryError(f"{name!r} is not a parameter: {', '.join(_PARAMETERS)}")
            member, read = _PARAMETERS[name]
            if value:
                given[member] = read(name, value)
        return cls(**given)

    def wants(self, trace: Trace) -> bool:
        """Return True if the trace matches."""
        return (
            self.api in ("", trace.api_id)
            and self.method in ("", trace.method)
            and (not self.path or fnmatchcase(trace.path, self.path))
            and (not self.status or any(_is_of(trace.status, wanted) for wanted in self.status))
            and (self.since is None or trace.started >= self.since)
            and (self.until is None or trace.started <= self.until)
            and (not self.function or any(_is_named(arn, self.function) for arn in trace.functions))
        )


def _is_of(status: int, wanted: str) -> bool:
    return str(status) == wanted or (wanted.endswith("xx") and str(status)[0] == wanted[0])


def _is_named(arn: str, wanted: str) -> bool:
    """Return True if a function's ARN, qualified or not, has this name or is this ARN."""
    if wanted.startswith("arn:"):
        return arn == wanted or arn.startswith(f"{wanted}:")
    return arn.split(":")[6:7] == [wanted]


def _text(_name: str, value: str) -> str:
    return value


def _method(_name: str, value: str) -> str:
    return value.upper()


def _path(_name: str, value: str) -> str:
    # fnmatch has two more wildcards, whose characters are valid in paths, so `[` must match literally.
    return re.sub(r"([\[?])", r"[\1]", value)


def _statuses(name: str, value: str) -> tuple[str, ...]:
    wanted = tuple(part.strip().lower() for part in value.split(","))
    if wrong := next((part for part in wanted if not _STATUS.fullmatch(part)), None):
        raise BadQueryError(f"{name}={wrong}: expected codes or classes, such as 500 or 4xx,5xx")
    return wanted


def _moment(name: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise BadQueryError(
            f"{name}={value}: expected a time such as 2026-11-30T12:00:00Z, or seconds since 1970"
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _limit(name: str, value: str) -> int:
    # Python converts no number of thousands of digits.
    if not value.isdecimal() or len(value) > len(str(MOST_TRACES)) or not 1 <= int(value) <= MOST_TRACES:
        raise BadQueryError(f"{name}={value}: expected a number from 1 to {MOST_TRACES}")
    return int(value)


_PARAMETERS: Mapping[str, tuple[str, Callable[[str, str], Any]]] = {
    "api": ("api", _text),
    "function": ("function", _text),
    "status": ("status", _statuses),
    "path": ("path", _path),
    "method": ("method", _method),
    "since": ("since", _moment),
    "until": ("until", _moment),
    "limit": ("limit", _limit),
    "lastEventId": ("position", _text),
}
