"""How the terminal shows each event, as text and as JSON."""

from __future__ import annotations

import io
import json
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from cross_account_sandbox.deployments import Deployment, DeploymentStatus
from cross_account_sandbox.events import (
    CodeReloaded,
    DeploymentChanged,
    Event,
    Events,
    FunctionEnded,
    RequestAnswered,
    ResourceChanged,
    SandboxFailed,
)
from cross_account_sandbox.terminal.terminal import Terminal
from cross_account_sandbox.trace import FunctionRun, Outcome, Trace

_FUNCTION = "arn:aws:lambda:us-east-1:222222222222:function:hello:live"
_HERE = Path.cwd()


def _console(*, colour: bool = False, width: int = 80) -> Console:
    return Console(
        file=io.StringIO(), force_terminal=colour, color_system="standard" if colour else None, width=width,
        markup=False, highlight=False, emoji=False, legacy_windows=False,
    )  # fmt: skip


def _shown(event: Event, **options: Any) -> str:
    """The terminal's output for one event."""
    written: list[str] = []
    events = Events()
    console = options.pop("console", None) or _console()
    terminal = Terminal(console=console, write=written.append, **options)
    terminal.listen(events)
    events.publish(event)
    terminal.follow()
    terminal.close()
    return "".join(written)


def _request(target: str = "/dev/", status: int = 200, *runs: FunctionRun, hops: Any = ()) -> RequestAnswered:
    trace = Trace(request_id="1", request=f"GET {target}", api_id="abc", stage="dev", runs=list(runs))
    for name, outcome, summary in hops:
        trace.add(name, outcome, summary)
    trace.answered(status)
    trace.duration_ms = 12.4
    return RequestAnswered(trace=trace)


def _run(*printed: str, error: dict[str, Any] | None = None, folder: str = "/code") -> FunctionRun:
    return FunctionRun(function=_FUNCTION, request_id="2", folder=folder, duration_ms=3.2, printed=printed, error=error)


def _deployment(status: DeploymentStatus, **members: Any) -> Deployment:
    return Deployment(number=2, status=status, started=0.0, **members)


_FAILED = DeploymentChanged(
    deployment=_deployment(DeploymentStatus.FAILED, message="loop: __main__.py:7: " + "x" * 300 + "\nsecond line")
)
_ALLOWED = ("permission", Outcome.ALLOWED, "may invoke hello")
_ANSWERED = ("function", Outcome.PASSED, "hello answered in 3 ms")


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (_request("/dev/?name=John"), "GET /dev/?name=John 200 12 ms"),
        (_request("/_aws/execute-api/abc/dev/?a=1"), "GET /dev/?a=1 200 12 ms"),
        (_request("/_aws/execute-api/abc"), "GET / 200 12 ms"),
        (_request("/_aws/domain-names/api.example.com/v1"), "GET /api.example.com/v1 200 12 ms"),
        (_request(hops=[_ALLOWED, _ANSWERED]), "GET /dev/ 200 12 ms"),
        (
            _request("/dev/", 500, hops=[("permission", Outcome.DENIED, "no statement")]),
            "GET /dev/ 500 12 ms  permission denied: no statement",
        ),
        (
            _request("/dev/", 404, hops=[_ALLOWED, _ANSWERED, ("response", Outcome.PASSED, "Answered 404")]),
            "GET /dev/ 404 12 ms  function passed: hello answered in 3 ms",
        ),
        (FunctionEnded(run=_run()), "hello:live (222222222222) ended 3 ms"),
        (CodeReloaded(function=_FUNCTION, folder=str(_HERE / "src")), "reloaded hello:live (222222222222) from src"),
        (
            ResourceChanged(
                service="lambda", operation="AddPermission", account="222222222222", region="us-east-1", target="hello"
            ),
            "lambda AddPermission hello in 222222222222 us-east-1",
        ),
        (
            DeploymentChanged(deployment=_deployment(DeploymentStatus.DEPLOYING, changed=("a.py", "b\x1b.yaml"))),
            "deploying: a.py, b\\x1b.yaml changed",
        ),
        (
            DeploymentChanged(deployment=_deployment(DeploymentStatus.LIVE, resources=3, seconds=1.26)),
            "deployed 3 resources in 1.3 s",
        ),
        (_request("/dev/\x1b[31m\x07"), "GET /dev/\\x1b[31m\\x07 200 12 ms"),
    ],
)
def test_an_event_is_one_line(event: Event, line: str) -> None:
    shown = _shown(event)
    assert shown[8:] == f" {line}\n"
    assert shown[:8].replace(":", "").isdecimal()


_PYTHON_ERROR = {
    "errorType": "ValueError",
    "errorMessage": "boom",
    "stackTrace": [
        '  File "/tmp/a/var/task/index.py", line 3, in handler\n    return inner()\n',
        '  File "/tmp/a/var/task/vendor/site-packages/thing.py", line 9, in inner\n    raise ValueError("boom")\n',
        '  File "/usr/lib/python3.13/json/__init__.py", line 1, in loads\n    x\n',
    ],
}
_NODE_ERROR = {
    "errorType": "TypeError",
    "errorMessage": "Cannot read properties of null (reading 'x')",
    "trace": [
        "TypeError: Cannot read properties of null (reading 'x')",
        "    at handler (file:///tmp/a/var/task/index.mjs:3:86)",
        "    at call (/tmp/a/var/task/node_modules/thing/index.js:3:86)",
        "    at Runtime.handleOnceNonStreaming (file:///client/node_modules/aws-lambda-ric/dist/index.mjs:1427:29)",
    ],
}


@pytest.mark.parametrize(
    ("run", "below"),
    [
        (_run("at load", "hello"), ["at load", "hello"]),
        (_run("two\nlines"), ["two", "lines"]),
        (_run("x" * 250), [f"{'x' * 200}… (50 more characters)"]),
        (_run("[WARNING]\t2026-11-29T22:57:32.890Z\tc25928e3-973f\tcareful"), ["WARNING careful"]),
        (_run("2026-11-29T22:57:33.185Z\tundefined\tINFO\tat load"), ["INFO at load"]),
        (_run("2026-11-29T22:57:33.185Z\tc25928e3-973f\tERROR\tbad"), ["ERROR bad"]),
        (_run('{"level": "INFO", "message": "hello"}'), ['{"level": "INFO", "message": "hello"}']),
        (
            _run("hello", "[ERROR] ValueError: boom\nTraceback (most recent call last):\n  File", error=_PYTHON_ERROR),
            ["hello", "ValueError: boom", '  File "index.py", line 3, in handler', "    return inner()"],
        ),
        (
            _run('2026-11-29T22:57:33.198Z\t47c1\tERROR\tInvoke Error \t{"errorType":"TypeError"}', error=_NODE_ERROR),
            ["TypeError: Cannot read properties of null (reading 'x')", "    at handler (index.mjs:3:86)"],
        ),
        (
            _run('{"level": "ERROR", "errorType": "ValueError", "stackTrace": []}', error={"errorMessage": "boom"}),
            ["boom"],
        ),
        # Without an error, the lines are the function's own output.
        (_run("[ERROR] mine\nTraceback"), ["[ERROR] mine", "Traceback"]),
        (
            _run(
                folder=str(_HERE / "src"),
                error={
                    "errorType": "E",
                    "errorMessage": "m",
                    "stackTrace": ['  File "/tmp/a/var/task/index.py", line 1'],
                },
            ),
            ["E: m", '  File "src/index.py", line 1'],
        ),
    ],
)
@pytest.mark.parametrize("kind", ["request", "function"])
def test_below_it_stands_what_the_function_printed_and_its_own_frames(
    run: FunctionRun, below: list[str], kind: str
) -> None:
    event = _request("/dev/", 200, run) if kind == "request" else FunctionEnded(run=run)
    assert _shown(event).splitlines()[1:] == [f"         {line}" for line in below]


def test_a_fault_of_the_sandbox_is_shown_with_its_traceback() -> None:
    lines = _shown(SandboxFailed(request="GET /dev/", traceback="Traceback\n  File")).splitlines()
    assert [lines[0][9:], *lines[1:]] == ["the sandbox failed at GET /dev/", "         Traceback", "           File"]


def test_a_terminal_gets_colours_and_the_same_words_at_every_width() -> None:
    event = _request("/dev/", 500, _run("x" * 190), hops=[("permission", Outcome.DENIED, "n" * 100)])
    coloured = _shown(event, console=_console(colour=True))
    assert "\x1b[31m500\x1b[0m" in coloured
    narrow, wide = _shown(event), _shown(event, console=_console(width=200))
    assert narrow[8:] == wide[8:]
    assert "\x1b" not in narrow


def test_no_color_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    console = Console(file=io.StringIO(), force_terminal=True)
    assert "\x1b[31m" not in _shown(_request("/dev/", 500), console=console)


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (_request("/dev/", 502, _run("hello", error=_PYTHON_ERROR)), "request"),
        (FunctionEnded(run=_run("hello")), "function"),
        (CodeReloaded(function=_FUNCTION, folder="/code"), "reload"),
        (ResourceChanged(service="iam", operation="CreateRole", account="1", region="us-east-1"), "change"),
        (_FAILED, "deployment"),
        (SandboxFailed(request="GET /", traceback="Traceback\n"), "failure"),
    ],
)
def test_json_is_one_object_per_event(event: Event, kind: str) -> None:
    line = _shown(event, as_json=True)
    assert line.count("\n") == 1
    record = json.loads(line)
    assert record["event"] == kind
    assert record["time"].endswith("Z")


def test_the_json_of_a_request_has_what_the_line_has() -> None:
    hops = [("function", Outcome.FAILED, "hello failed")]
    record = json.loads(_shown(_request("/dev/", 502, _run("hello", error=_PYTHON_ERROR), hops=hops), as_json=True))
    del record["time"]
    assert record == {
        "event": "request",
        "requestId": "1",
        "apiId": "abc",
        "stage": "dev",
        "method": "GET",
        "path": "/dev/",
        "status": 502,
        "durationMs": 12.4,
        "decidedBy": "function failed: hello failed",
        "functions": [
            {
                "function": _FUNCTION,
                "functionRequestId": "2",
                "functionDurationMs": 3.2,
                "printed": ["hello"],
                "error": ["ValueError: boom", '  File "index.py", line 3, in handler', "    return inner()"],
            }
        ],
    }


def test_quiet_shows_warnings_and_errors_alone() -> None:
    console = _console()
    terminal = Terminal(quiet=True, console=console)
    terminal.message("of the program")
    with terminal.deploying() as tell:
        tell("aws:iam/role:Role", "r")
    terminal.warning("careful")
    terminal.error("broken")
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "warning: careful\nerror: broken\n"
    assert _shown(_request(), quiet=True) == ""
    assert "second line" in _shown(_FAILED, quiet=True)
    assert _shown(DeploymentChanged(deployment=_deployment(DeploymentStatus.LIVE)), quiet=True) == ""


def test_why_a_deployment_failed_is_shown_in_full() -> None:
    head, *below = _shown(_FAILED).splitlines()
    assert head[8:] == " the deployment failed; the previous one stays active:"
    assert below == ["         loop: __main__.py:7: " + "x" * 300, "         second line"]


def _on_screen(written: str) -> list[str]:
    """The lines that remain on a terminal."""
    lines = []
    for line in re.sub(r"\x1b\[[\d;]*m", "", written).split("\n"):
        shown = ""
        for part in line.split("\r"):
            assert part.startswith("\x1b[2K") or not shown
            shown = part.removeprefix("\x1b[2K")
        lines.append(shown)
    return lines


@pytest.mark.parametrize("width", [80, 200])
@pytest.mark.parametrize("colour", [True, False])
def test_progress_is_one_line_on_a_terminal_and_none_in_a_pipe(*, colour: bool, width: int) -> None:
    console = _console(colour=colour, width=width)
    terminal = Terminal(console=console)
    with terminal.deploying() as tell:
        for number in range(44):
            tell("aws:iam/role:Role", f"role-{number}-{'x' * 200}")
            if number == 20:
                terminal.message("of the program")
    assert isinstance(console.file, io.StringIO)
    written = console.file.getvalue()
    assert [re.sub(r"[\d.]+ s$", "S", line) for line in _on_screen(written)] == [
        "of the program",
        "deployed 44 resources in S",
        "",
    ]
    progress = re.findall(r"\x1b\[2K(deploying: [^\r\n]*)", written)
    assert len(progress) == (45 if colour else 0)
    assert all(len(line) < width for line in progress)


def test_events_that_come_faster_than_they_are_written_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cross_account_sandbox.terminal.terminal._MOST_WAITING", 2)
    written: list[str] = []
    events, terminal = Events(), Terminal(console=_console(), write=written.append)
    terminal.listen(events)
    for _ in range(5):
        events.publish(_request())
    terminal.follow()
    terminal.close()
    assert "".join(written).splitlines()[-1].startswith("3 events were not printed")


def test_events_are_printed_while_the_sandbox_serves() -> None:
    printed = threading.Event()
    events, terminal = Events(), Terminal(console=_console(), write=lambda _text: printed.set())
    terminal.listen(events)
    terminal.follow()
    for _ in range(3):
        printed.clear()
        events.publish(_request())
        assert printed.wait(10)
    terminal.close()
