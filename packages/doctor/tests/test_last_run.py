"""Read how a run ended from log lines of Lambda and its runtimes."""

from __future__ import annotations

import pytest

from cross_account_doctor.last_run import LastRun

START = "START RequestId: 11111111-1111-1111-1111-111111111111 Version: 1\n"
END = "END RequestId: 11111111-1111-1111-1111-111111111111\n"
REPORT = (
    "REPORT RequestId: 11111111-1111-1111-1111-111111111111\tDuration: 2.00 ms\tMemory Size: 128 MB\tMax Memory Used: "
)
GOOD = [START, END, f"{REPORT}40 MB\t\n"]
CALLBACK = (
    '{"errorType":"Runtime.CallbackHandlerDeprecated","errorMessage":"ERROR: AWS Lambda has removed support for '
    'callback-based function handlers","stack":[]}'
)
FAILED = {
    "a missing handler, before its START": (
        [*GOOD, "[ERROR] Runtime.HandlerNotFound: Handler 'go' missing on module 'app'\nTraceback\n", START, END],
        "Runtime.HandlerNotFound: Handler 'go' missing on module 'app'",
    ),
    "a missing handler, without a START": (
        [*GOOD, "[ERROR] Runtime.HandlerNotFound: Handler 'go' missing on module 'app'\nTraceback\n"],
        "Runtime.HandlerNotFound: Handler 'go' missing on module 'app'",
    ),
    "a name that is not a handler": (
        ["[ERROR] Runtime.MalformedHandlerName: Bad handler 'app': not enough values\n"],
        "Runtime.MalformedHandlerName: Bad handler 'app': not enough values",
    ),
    "Node.js, a handler that is not exported": (
        ['x\tundefined\tERROR\tUncaught Exception \t{"errorType":"Runtime.HandlerNotFound","errorMessage":"no"}'],
        "Runtime.HandlerNotFound: no",
    ),
    "Node.js 24, a handler with a callback": (
        [f"x\tundefined\tERROR\tUncaught Exception \t{CALLBACK}\n", START, END],
        "Runtime.CallbackHandlerDeprecated: ERROR: AWS Lambda has removed support for callback-based function handlers",
    ),
    "an entry point of a custom runtime": (
        [START, "RequestId: 1 Error: Couldn't find valid bootstrap(s)\nRuntime.InvalidEntrypoint\n", END],
        "Runtime.InvalidEntrypoint",
    ),
}
OUT_OF_MEMORY = {
    "killed": [START, "RequestId: 1 Error: Runtime exited with error: signal: killed\nRuntime.ExitError\n", END],
    "killed, as JSON": ['{"type":"platform.report","record":{"status":"error","errorType":"Runtime.OutOfMemory"}}'],
    "Node.js": [START, "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n", END],
    "Python": [START, "[ERROR] MemoryError\nTraceback\n", END],
    "Java": [START, "Java heap space: java.lang.OutOfMemoryError\n", END],
    "all of it used": [
        START,
        "RequestId: 1 Error: Runtime exited with error: exit status 1\n",
        END,
        f"{REPORT}128 MB\n",
    ],
    "all of it used, as JSON": [
        '{"type":"platform.start"}',
        '{"type":"platform.report","record":{"status":"error","metrics":{"memorySizeMB":128,"maxMemoryUsedMB":128}}}',
    ],
}


@pytest.mark.parametrize(("messages", "error"), FAILED.values(), ids=FAILED)
def test_the_error_is_named(messages: list[str], error: str) -> None:
    run = LastRun.of(messages)
    assert run.failed
    assert run.error == error
    assert not run.out_of_memory(128)
    assert not run.ended


@pytest.mark.parametrize("messages", OUT_OF_MEMORY.values(), ids=OUT_OF_MEMORY)
def test_a_run_that_used_all_its_memory_is_known(messages: list[str]) -> None:
    assert LastRun.of([*GOOD, *messages]).out_of_memory(128)


@pytest.mark.parametrize(
    "messages",
    [
        GOOD,
        [*GOOD, START, "[ERROR]\tlogged by the handler\n", END, f"{REPORT}40 MB\t\n"],
        [START, "[ERROR] ValueError\n", END, f"{REPORT}40 MB\tStatus: error\tError Type: ValueError\t\n", *GOOD],
        [START, END, f"{REPORT}128 MB\t\n"],
        ['{"type":"platform.start"}', '{"type":"platform.report","record":{"status":"success"}}'],
    ],
)
def test_a_run_without_an_error_ended(messages: list[str]) -> None:
    run = LastRun.of(messages)
    assert run.ended
    assert not run.failed
    assert not run.out_of_memory(128)


@pytest.mark.parametrize("messages", [[], [START], [*GOOD, START, "still at work\n"]])
def test_a_run_that_is_not_reported_yet_has_not_ended(messages: list[str]) -> None:
    assert not LastRun.of(messages).ended


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("customer function error: no pets. Lambda request id: 1", "no pets"),
        ("customer function error: RequestId: 1 Error: Runtime exited. Lambda request id: 1", "Error: Runtime exited"),
    ],
)
def test_an_execution_log_only_has_the_message(line: str, error: str) -> None:
    assert LastRun(text=f"Lambda execution failed with status 200 due to {line}").error == f"the error {error!r}"
