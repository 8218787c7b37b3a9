"""One question to a deployed program, and how long its answer is waited for."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from tools.prove.answers import seen
from tools.prove.sites import Answer, Deployed

#: The page of the errors, whose sections probes name.
ERRORS = "docs/architecture.md"
T = TypeVar("T")
#: Seconds until a changed policy is in force on AWS; a sandbox needs none.
PATIENCE = 60.0


@dataclass(frozen=True, kw_only=True)
class Probe:
    """One question. `page` says what AWS documents of it, or where the answer was recorded."""

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
    """Send a request, and compare the answer."""
    return lambda deployed: seen(deployed, deployed.send(method, target, headers=headers, body=body, url=url))


def until(ask: Callable[[], T], done: Callable[[T], bool]) -> T:
    """Ask until an answer is as it should be, or the patience is at its end: then it is AWS's answer."""
    end = time.monotonic() + PATIENCE
    while not done(answer := ask()) and time.monotonic() < end:
        time.sleep(1)
    return answer
