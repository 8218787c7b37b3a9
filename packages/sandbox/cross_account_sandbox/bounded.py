"""Runs work that grows with what a client, a document or a function sends in its own thread, under limits.

Meanwhile, the event loop serves other requests. The limits apply to processor time, so that a busy machine accepts
whatever an idle one accepts, and to the bytes that the work creates. Work in Python code calls `check`. A search of
the whole process for garbage, which any thread may have to do, does not count as the work's time. The library that
matches regular expressions has its own timeout and does not block other threads.
"""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, TypeVar

T = TypeVar("T")

#: Seconds of processor time that one piece of work can take. This is not an AWS quota: AWS's integration timeout is 29
#: s.
WORK_S = 1.0
#: Bytes that one piece of work can create: several times the largest payload of API Gateway.
WORK_BYTES = 64 * 1024 * 1024
#: Seconds that matching one regular expression can take.
_MATCH_S = 0.5
#: The generation of a garbage collection that searches all objects of the process.
_WHOLE_PROCESS = 2


class TooMuchWorkError(ValueError):
    """A limit was exceeded; the message says which."""


class PatternError(ValueError):
    """A regular expression cannot be used; the message says why."""


class _Budget(threading.local):
    until: float | None = None
    bytes_left: int = 0
    searching_since: float = 0.0


_budget = _Budget()
#: The work in progress, by thread.
_under_way: set[int] = set()


def is_busy() -> bool:
    """True while work is in progress. It can hold Python's global lock for the duration of one step."""
    return bool(_under_way)


async def bounded(work: Callable[..., T], *args: Any, seconds: float = WORK_S) -> T:
    """Do the work in a thread beside the event loop. Raises what the work raises, or TooMuchWorkError at a limit."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(setter: Callable[[Any], None], outcome: Any) -> None:
        if not future.done():
            setter(outcome)

    def run() -> None:
        setter: Callable[[Any], None] = future.set_result
        outcome: Any
        _under_way.add(threading.get_ident())
        try:
            _budget.until, _budget.bytes_left = time.thread_time() + seconds, WORK_BYTES
            outcome = work(*args)
        except BaseException as problem:  # noqa: BLE001 - raised where the work is awaited
            setter, outcome = future.set_exception, problem
        finally:
            _under_way.discard(threading.get_ident())
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, setter, outcome)

    # A daemon thread, because nothing may keep a sandbox from ending. Each piece of work has its own, so that none
    # waits for another.
    threading.Thread(target=copy_context().run, args=(run,), name="bounded", daemon=True).start()
    return await future


def check(made: int = 0) -> None:
    """Raise TooMuchWorkError if the work has taken too long, or has created too much including these bytes."""
    if _budget.until is None:
        return
    _budget.bytes_left -= made
    if _budget.bytes_left < 0:
        raise TooMuchWorkError(f"it makes more than {WORK_BYTES} bytes on the way")
    if time.thread_time() > _budget.until:
        raise TooMuchWorkError("it takes too much processor time")


def _leave_out_searches(phase: str, info: dict[str, int]) -> None:
    """Extend the limit of the work in this thread by the time of a full garbage collection, which can take a second."""
    if _budget.until is None or info["generation"] < _WHOLE_PROCESS:
        return
    if phase == "start":
        _budget.searching_since = time.thread_time()
    else:
        _budget.until += time.thread_time() - _budget.searching_since


gc.callbacks.append(_leave_out_searches)


def fullmatch(pattern: str, text: str) -> bool:
    """Return True if the pattern matches the whole text. Raises PatternError."""
    return _match("fullmatch", pattern, text)


def search(pattern: str, text: str) -> bool:
    """Return True if the pattern matches a part of the text. Raises PatternError."""
    return _match("search", pattern, text)


def replace_all(pattern: str, replacement: str, text: str) -> str:
    """Replace each match in the text. Raises PatternError."""
    # Only as many replacements as make the text too large.
    most = WORK_BYTES // (len(replacement) + 1) + 1
    return str(_run("sub", pattern, replacement, text, count=most))


def _match(how: str, pattern: str, text: str) -> bool:
    return _run(how, pattern, text) is not None


def _run(how: str, pattern: str, *args: str, **options: int) -> Any:
    import regex

    check()
    try:
        return getattr(regex, how)(pattern, *args, concurrent=True, timeout=_MATCH_S, **options)
    except TimeoutError:
        raise PatternError(f"{pattern!r} takes more than {_MATCH_S} s to match") from None
    except (regex.error, RecursionError, OverflowError) as problem:
        raise PatternError(f"{pattern!r} is not a regular expression: {problem}") from None
