"""The output of `serve` on stderr: lines of text, or one JSON object per event.

A separate thread prints events, so that a blocked terminal or pipe does not stop the sandbox.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from rich.console import Console
from rich.text import Text

from cross_account_sandbox.deployments import DeploymentStatus
from cross_account_sandbox.events import DeploymentChanged, Event, Events, SandboxFailed
from cross_account_sandbox.terminal.lines import Line, clean, lines_of
from cross_account_sandbox.terminal.records import record, record_of
from cross_account_sandbox.terminal.summary import Summary

#: The maximum number of events waiting to be printed; later ones are only counted.
_MOST_WAITING = 10_000
#: Seconds to collect events before printing them: waking the thread for each one costs a tenth of a request.
_GATHER_S = 0.05
#: The maximum number of events in one write.
_TOGETHER = 100
#: Seconds to print the last events when the sandbox stops.
_PATIENCE_S = 1.0

_ERASE_LINE = "\r\x1b[2K"

Teller = Callable[[str, str], None]


class Terminal:
    """The output of one sandbox.

    quiet    print warnings and errors only
    as_json  one JSON object per event instead of lines
    write    prints the text of events; to the stream's file by default
    """

    def __init__(
        self,
        *,
        quiet: bool = False,
        as_json: bool = False,
        console: Console | None = None,
        write: Callable[[str], None] | None = None,
    ) -> None:
        self._quiet = quiet
        self._as_json = as_json
        self._console = console or Console(stderr=True, highlight=False, markup=False, emoji=False)
        self._write = write or _writer(self._console.file)
        self._here = Path.cwd()
        self._progress = ""
        self._waiting: deque[tuple[float, Event]] = deque()
        self._woken, self._ending = threading.Event(), threading.Event()
        self._left_out = 0
        self._printer: threading.Thread | None = None

    def message(self, text: str) -> None:
        """Print a message."""
        if not self._quiet:
            self._print([Text(text)], record("message", time.time(), message=text))

    def warning(self, text: str) -> None:
        """Print a warning about something that will not work."""
        self._print([Text(f"warning: {text}", style="yellow")], record("warning", time.time(), message=text))

    def error(self, text: str) -> None:
        """Print the error that stops the sandbox."""
        self._print([Text(f"error: {text}", style="red")], record("error", time.time(), message=text))

    def summary(self, summary: Summary) -> None:
        """Print the summary of a ready sandbox."""
        if not self._quiet:
            self._print(summary.lines(), summary.record())

    @contextmanager
    def deploying(self) -> Iterator[Teller]:
        """Show a deployment's progress in one line on a terminal. Call the yielded function for each resource."""
        started, count = time.perf_counter(), 0

        def tell(kind: str, name: str) -> None:
            nonlocal count
            count += 1
            self._show_progress(f"deploying: {count} resources, {kind} {name}")

        self._show_progress("deploying")
        try:
            yield tell
        finally:
            self._show_progress("")
        if not self._quiet:
            seconds = time.perf_counter() - started
            done = record("deployed", time.time(), resources=count, seconds=round(seconds, 3))
            self._print([Text(f"deployed {count} resources in {seconds:.1f} s", style="dim")], done)

    def listen(self, events: Events) -> None:
        """Queue events from now on; `follow` prints them."""
        events.subscribe(self._keep)

    def follow(self) -> None:
        """Start printing queued events."""
        printer = threading.Thread(target=self._print_events, name="terminal", daemon=True)
        printer.start()
        # Set only after the start: a signal can interrupt the start, and then `close` must not join the thread.
        self._printer = printer

    def close(self) -> None:
        """Print the remaining events, unless the output is blocked."""
        if self._printer is not None:
            self._ending.set()
            self._woken.set()
            self._printer.join(_PATIENCE_S)

    def _keep(self, event: Event) -> None:
        if self._quiet and not _is_error(event):
            return
        if len(self._waiting) >= _MOST_WAITING:
            self._left_out += 1
            return
        self._waiting.append((time.time(), event))
        if not self._woken.is_set():
            self._woken.set()

    def _print_events(self) -> None:
        ending = False
        # The thread can start after `close`: also then it prints what is waiting.
        while not ending:
            self._woken.wait()
            self._ending.wait(_GATHER_S)
            # Cleared first, so that an event that arrives from now on, or the end, wakes the thread again.
            self._woken.clear()
            ending = self._ending.is_set()
            while self._waiting:
                together = [self._waiting.popleft() for _ in range(min(len(self._waiting), _TOGETHER))]
                self._write("".join(self._text(event, at) for at, event in together))
            self._tell_left_out()

    def _tell_left_out(self) -> None:
        if self._left_out:
            left_out, self._left_out = self._left_out, 0
            why = f"{left_out} events were not printed: they arrived faster than they could be written"
            left = record("left-out", time.time(), count=left_out)
            self._write(_json(left) if self._as_json else self._rendered([[(why, "")]]))

    def _show_progress(self, text: str) -> None:
        """Replace the progress line at the end of the output. Pipes get no progress line."""
        terminal = self._console.is_terminal and not self._console.is_dumb_terminal
        if terminal and not self._quiet and not self._as_json:
            self._progress = clean(text)[: self._console.width - 1]
            self._console.file.write(f"{_ERASE_LINE}{self._progress}")
            self._console.file.flush()

    def _print(self, lines: Sequence[Text], members: dict[str, Any]) -> None:
        progress = self._progress
        if progress:
            self._show_progress("")
        if self._as_json:
            self._console.file.write(_json(members))
            self._console.file.flush()
        else:
            self._print_lines(lines)
        if progress:
            self._show_progress(progress)

    def _print_lines(self, lines: Sequence[Text]) -> None:
        for line in lines:
            self._console.print(line, soft_wrap=True)

    def _text(self, event: Event, at: float) -> str:
        if self._as_json:
            return _json(record_of(event, at=at, here=self._here))
        return self._rendered(lines_of(event, at=at, here=self._here))

    def _rendered(self, lines: Sequence[Line]) -> str:
        if self._console.color_system is None:
            # Pipes and files get text without styles. With rich, printing would take as long as a request.
            return "".join(["".join([text for text, _ in line]).expandtabs() + "\n" for line in lines])
        with self._console.capture() as capture:
            self._print_lines([Text.assemble(*line) for line in lines])
        return capture.get()


def _is_error(event: Event) -> bool:
    match event:
        case DeploymentChanged():
            return event.deployment.status is DeploymentStatus.FAILED
        case _:
            return isinstance(event, SandboxFailed)


def _json(members: dict[str, Any]) -> str:
    return json.dumps(members, ensure_ascii=False) + "\n"


def _writer(stream: IO[str]) -> Callable[[str], None]:
    """Write to the stream's file without the stream's lock, so that a blocked thread does not prevent the exit."""
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):
        return lambda text: print(text, end="", file=stream, flush=True)

    def write(text: str) -> None:
        data = text.encode("utf-8", "replace")
        while data:
            try:
                data = data[os.write(descriptor, data) :]
            except OSError:  # the other end is closed
                return

    return write
