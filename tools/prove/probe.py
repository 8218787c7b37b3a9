"""A request or call that tests a deployed program, and the time to wait for a response."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from tools.prove.answers import seen
from tools.prove.sites import Answer, Deployed

#: The page about the errors; probes name its sections.
ERRORS = "docs/architecture.md"
T = TypeVar("T")
#: Seconds until a changed policy takes effect on AWS; in a sandbox, it takes effect immediately.
PATIENCE = 60.0


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A test of a deployed program. `page` is AWS's documentation of the response, or its recording."""

    name: str
    what: str
    page: str
    ask: Callable[[Deployed], Answer]


def sends(
    method: str,
    target: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    url: str = "url",
) -> Callable[[Deployed], Answer]:
    """A probe that sends a request and compares the response."""
    return lambda deployed: seen(deployed, deployed.send(method, target, headers=headers, body=body, url=url))


def until(ask: Callable[[], T], done: Callable[[T], bool]) -> T:
    """Repeat until the response is the expected one or the time is up; the last response counts."""
    end = time.monotonic() + PATIENCE
    while not done(answer := ask()) and time.monotonic() < end:
        time.sleep(1)
    return answer
