"""The log of an invocation: START, the function's output, END and REPORT, as text and as JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox_testing.functions import runtimes

if TYPE_CHECKING:
    from sandbox_testing.functions import Lambda
    from sandbox_testing.server import SandboxUnderTest


@runtimes
def test_the_log_group_has_start_output_end_and_report(
    sandbox: SandboxUnderTest, functions: Lambda, runtime: str
) -> None:
    source = {
        "python3.13": "def handler(event, context):\n    print('a pet\\nand another')\n    return 1\n",
        "nodejs22.x": "export const handler = async () => { console.log('a pet\\nand another'); return 1; };\n",
    }
    functions.create("pets", source[runtime], runtime=runtime)
    _, answer = functions.call("pets")
    events = sandbox.client("logs", functions.account).filter_log_events(logGroupName="/aws/lambda/pets")["events"]
    messages = [event["message"] for event in events]
    # The request ID of Invoke's response is the invocation's, and identifies its log.
    request_id = answer["ResponseMetadata"]["RequestId"]
    assert messages[0].startswith(f"START RequestId: {request_id} ")
    assert "a pet\nand another" in "".join(messages[1:-2])
    assert messages[-2].startswith(f"END RequestId: {request_id}")
    assert "Memory Size: 128 MB" in messages[-1]
    assert "Init Duration: " in messages[-1]


def test_json_logs_carry_the_platforms_events_as_json(sandbox: SandboxUnderTest, functions: Lambda) -> None:
    source = "import logging\ndef handler(event, context):\n    logging.warning('a pet')\n    return 1\n"
    functions.create("pets", source, LoggingConfig={"LogFormat": "JSON", "LogGroup": "/own/group"})
    functions.call("pets")
    events = sandbox.client("logs", functions.account).filter_log_events(logGroupName="/own/group")["events"]
    start, message, report = (json.loads(event["message"]) for event in events)
    assert start["type"] == "platform.start"
    assert (message["level"], message["message"]) == ("WARNING", "a pet")
    assert report["type"] == "platform.report"
    assert report["record"]["status"] == "success"


def test_a_time_out_is_in_the_log(sandbox: SandboxUnderTest, functions: Lambda) -> None:
    functions.create("pets", "import time\ndef handler(event, context):\n    time.sleep(60)\n", Timeout=1)
    functions.call("pets")
    events = sandbox.client("logs", functions.account).filter_log_events(logGroupName="/aws/lambda/pets")["events"]
    text = "".join(event["message"] for event in events)
    assert "Task timed out after 1.00 seconds" in text
    assert "Status: timeout" in text
