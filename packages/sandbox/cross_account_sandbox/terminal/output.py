"""A function's output and its code's frames in an error, without the runtime client's additions. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cross_account_sandbox.trace import FunctionRun

#: A log line of a runtime client: level, time, request ID, level; Python's client writes the level first.
_PREFIX = re.compile(
    r"^(?:\[(?P<first>[A-Z]+)\]\t)?\d{4}-\d\d-\d\dT[\d:.]+Z\t[0-9a-f-]*(?:undefined)?\t(?:(?P<later>[A-Z]+)\t)?"
)
#: Error reports that the clients log, although the run already has the error as a document.
_REPORT = re.compile(
    r"""
    ^\[ERROR\]\ [^\n]*\nTraceback            # Python
    | \tERROR\t[A-Z][\w ]+\ \t\{              # Node.js
    | ^\{.*"errorType".*"stackTrace"          # either, if the log format is JSON
    | LAMBDA_WARNING:\ Unhandled
    """,
    re.DOTALL | re.VERBOSE,
)
#: Third-party code in the function's package.
_BORROWED = ("/node_modules/", "/site-packages/")
#: The folder in which a function's code runs: a copy whose path ends as on Lambda (functions/task_folder.py).
_TASK = re.compile(r"(?:file://)?/(?:[^\s\"'()]*?/)?var/task/")


def printed(run: FunctionRun) -> list[str]:
    """The lines that the function printed or logged; logged lines keep the level, without time and request ID."""
    texts = [text for text in run.printed if run.error is None or not _REPORT.search(text)]
    return [line for text in texts for line in _bare(text).splitlines()]


def _bare(text: str) -> str:
    match = _PREFIX.match(text)
    if match is None:
        return text
    level = match["first"] or match["later"] or ""
    return f"{level} {text[match.end() :]}".strip()


def failure(run: FunctionRun, here: Path) -> list[str]:
    """The type and message of the run's error, followed by the frames of the function's own code.

    Paths refer to the folder of the code's source, relative to `here` if it is below `here`.
    """
    if run.error is None:
        return []
    kind, message = run.error.get("errorType"), str(run.error.get("errorMessage", ""))
    return [*(f"{kind}: {message}" if kind else message).splitlines(), *_own_frames(run.error, run.folder, here)]


def _own_frames(error: dict[str, Any], folder: str, here: Path) -> list[str]:
    shown = _shown(folder, here)
    lines = []
    for frame in _texts(error.get("stackTrace") or error.get("trace")):
        place = _TASK.search(frame)
        if place and not any(part in frame[place.end() - 1 :] for part in _BORROWED):
            lines += _TASK.sub(shown, frame).rstrip().splitlines()
    return lines


def _shown(folder: str, here: Path) -> str:
    path = Path(folder)
    return f"{path.relative_to(here)}/" if path.is_relative_to(here) and path != here else ""


def _texts(frames: object) -> Iterable[str]:
    return (frame for frame in frames if isinstance(frame, str)) if isinstance(frames, list) else ()
