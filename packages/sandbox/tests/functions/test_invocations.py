"""Function code runs as in Lambda: results, errors, timeouts, exits, limits, environments."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from sandbox_testing.functions import runtimes
from sandbox_testing.processes import end_now, running, wait_until

if TYPE_CHECKING:
    from sandbox_testing.functions import Lambda
    from sandbox_testing.server import SandboxUnderTest


CONTEXT = {
    "python3.13": """
import os
def handler(event, context):
    return {"event": event, "id": context.aws_request_id, "arn": context.invoked_function_arn,
            "name": context.function_name, "version": context.function_version,
            "memory": int(context.memory_limit_in_mb), "group": context.log_group_name,
            "stream": context.log_stream_name, "left": context.get_remaining_time_in_millis(),
            "variables": dict(os.environ), "folder": os.getcwd()}
""",
    "nodejs22.x": """
export const handler = async (event, context) => ({
  event, id: context.awsRequestId, arn: context.invokedFunctionArn, name: context.functionName,
  version: context.functionVersion, memory: Number(context.memoryLimitInMB), group: context.logGroupName,
  stream: context.logStreamName, left: context.getRemainingTimeInMillis(), variables: { ...process.env },
  folder: process.cwd() });
""",
}

RAISES = {
    "python3.13": "def handler(event, context):\n    raise ValueError('no such pet')\n",
    "nodejs22.x": "export const handler = async () => { throw new RangeError('no such pet'); };\n",
}
EXITS = {
    "python3.13": "import os\ndef handler(event, context):\n    os._exit(event['code'])\n",
    "nodejs22.x": "export const handler = async (event) => { process.exit(event.code); };\n",
}
SLEEPS = {
    "python3.13": "import time\ndef handler(event, context):\n    time.sleep(60)\n",
    "nodejs22.x": "export const handler = () => { for (;;); };\n",
}
BREAKS_AT_LOAD = {
    "python3.13": "raise ValueError('bad configuration')\n",
    "nodejs22.x": "throw new RangeError('bad configuration');\n",
}
COUNTS = {
    "python3.13": (
        "import os\nseen = []\ndef handler(event, context):\n    seen.append(1)\n    return [os.getpid(), len(seen)]\n"
    ),
    "nodejs22.x": "let seen = 0;\nexport const handler = async () => [process.pid, ++seen];\n",
}
LARGE = {
    "python3.13": "def handler(event, context):\n    return 'x' * event\n",
    "nodejs22.x": "export const handler = async (event) => 'x'.repeat(event);\n",
}


@runtimes
def test_the_handler_gets_the_event_and_lambdas_context(functions: Lambda, runtime: str) -> None:
    functions.create("pets", CONTEXT[runtime], runtime=runtime, MemorySize=256, Timeout=5, Publish=True)
    seen, answer = functions.call("pets", {"pet": "dög"}, Qualifier="1")
    assert seen["event"] == {"pet": "dög"}
    assert seen["arn"] == "arn:aws:lambda:us-east-1:222222222222:function:pets:1"
    assert (seen["name"], seen["version"], seen["memory"]) == ("pets", "1", 256)
    assert seen["group"] == "/aws/lambda/pets"
    assert "[1]" in seen["stream"]
    assert 0 < seen["left"] <= 5000
    assert answer["ExecutedVersion"] == "1"
    assert "FunctionError" not in answer


@runtimes
def test_the_process_sees_lambdas_variables_and_nothing_of_this_machine(
    sandbox: SandboxUnderTest, functions: Lambda, runtime: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "secret")
    functions.create("pets", CONTEXT[runtime], runtime=runtime, Environment={"Variables": {"STAGE": "dev"}})
    seen, _ = functions.call("pets")
    variables = seen["variables"]
    assert variables["STAGE"] == "dev"
    assert variables["AWS_LAMBDA_FUNCTION_NAME"] == "pets"
    assert variables["AWS_LAMBDA_FUNCTION_VERSION"] == "$LATEST"
    assert variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "128"
    assert variables["AWS_REGION"] == variables["AWS_DEFAULT_REGION"] == "us-east-1"
    assert variables["AWS_EXECUTION_ENV"] == f"AWS_Lambda_{runtime}"
    assert variables["LAMBDA_TASK_ROOT"] == seen["folder"]
    assert variables["_HANDLER"] == "index.handler"
    assert variables["_X_AMZN_TRACE_ID"].startswith("Root=1-")
    assert variables["AWS_ENDPOINT_URL"] == variables["API_ENDPOINT"] == sandbox.endpoint
    assert "PULUMI_ACCESS_TOKEN" not in variables


def test_the_credentials_of_a_function_are_a_session_of_its_role(functions: Lambda) -> None:
    source = "import boto3\ndef handler(event, context):\n    return boto3.client('sts').get_caller_identity()['Arn']\n"
    functions.create("pets", source, Timeout=30)
    assert functions.call("pets")[0] == "arn:aws:sts::222222222222:assumed-role/execution-here/pets"


@runtimes
def test_an_environment_is_used_again(functions: Lambda, runtime: str) -> None:
    functions.create("pets", COUNTS[runtime], runtime=runtime)
    (first, one), (second, two) = functions.call("pets")[0], functions.call("pets")[0]
    assert first == second
    assert (one, two) == (1, 2)


@runtimes
def test_an_error_of_the_handler_is_answered_with_its_type_and_message(functions: Lambda, runtime: str) -> None:
    functions.create("pets", RAISES[runtime], runtime=runtime)
    document, answer = functions.call("pets")
    assert answer["StatusCode"] == 200
    assert answer["FunctionError"] == "Unhandled"
    assert document["errorMessage"] == "no such pet"
    assert document["errorType"] == ("ValueError" if runtime.startswith("python") else "RangeError")


@runtimes
def test_an_error_leaves_the_environment_in_use(functions: Lambda, runtime: str) -> None:
    source = {
        "python3.13": "import os\ndef handler(event, context):\n    return os.getpid() if event else event['x']\n",
        "nodejs22.x": "export const handler = async (event) => event ? process.pid : event.x;\n",
    }
    functions.create("pets", source[runtime], runtime=runtime)
    before, _ = functions.call("pets", 1)
    assert functions.call("pets", None)[1]["FunctionError"] == "Unhandled"
    assert functions.call("pets", 1)[0] == before


@runtimes
def test_a_module_that_fails_to_load_answers_every_call_with_its_error(functions: Lambda, runtime: str) -> None:
    functions.create("pets", BREAKS_AT_LOAD[runtime], runtime=runtime)
    for _ in range(2):
        document, answer = functions.call("pets")
        assert answer["FunctionError"] == "Unhandled"
        assert document["errorMessage"] == "bad configuration"


@runtimes
def test_a_handler_that_is_not_there_is_named(functions: Lambda, runtime: str) -> None:
    functions.create("pets", COUNTS[runtime], runtime=runtime, Handler="index.missing")
    document, _ = functions.call("pets")
    assert document["errorType"] in ("Runtime.HandlerNotFound", "Runtime.HandlerNotFound")
    assert "missing" in document["errorMessage"]


@runtimes
def test_a_function_past_its_timeout_is_ended_and_the_next_call_gets_a_new_environment(
    sandbox: SandboxUnderTest, functions: Lambda, runtime: str
) -> None:
    functions.create("pets", SLEEPS[runtime], runtime=runtime, Timeout=1)
    document, answer = functions.call("pets")
    assert answer["FunctionError"] == "Unhandled"
    assert document["errorType"] == "Sandbox.Timedout"
    assert document["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    wait_until(lambda: sandbox.pool.process_count() == 0)
    assert functions.call("pets")[0]["errorType"] == "Sandbox.Timedout"


@runtimes
@pytest.mark.parametrize(
    ("code", "reason"),
    [(3, "Runtime exited with error: exit status 3"), (0, "Runtime exited without providing a reason")],
)
def test_a_process_that_exits_fails_its_call_and_the_next_gets_a_new_one(
    functions: Lambda, runtime: str, code: int, reason: str
) -> None:
    functions.create("pets", EXITS[runtime], runtime=runtime)
    for _ in range(2):
        document, answer = functions.call("pets", {"code": code})
        assert answer["FunctionError"] == "Unhandled"
        assert document["errorType"] == "Runtime.ExitError"
        assert document["errorMessage"].endswith(f"Error: {reason}")


def test_a_killed_process_is_reported_by_its_signal(functions: Lambda) -> None:
    functions.create("pets", "import os\ndef handler(event, context):\n    os.kill(os.getpid(), 9)\n")
    document, _ = functions.call("pets")
    assert document["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")


@runtimes
def test_a_result_of_6291556_bytes_is_delivered_and_a_longer_one_is_not(functions: Lambda, runtime: str) -> None:
    functions.create("pets", LARGE[runtime], runtime=runtime, Timeout=30)
    assert len(functions.call("pets", 6_291_554)[0]) == 6_291_554  # and two quotation marks
    document, answer = functions.call("pets", 6_291_555)
    assert answer["FunctionError"] == "Unhandled"
    assert document == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    }
    assert functions.call("pets", 3)[0] == "xxx"


def test_an_event_over_6_mb_is_refused(functions: Lambda) -> None:
    functions.create("pets", "def handler(event, context):\n    return len(event)\n", Timeout=30)
    assert functions.call("pets", "x" * (6 * 1024 * 1024 - 2))[0] == 6 * 1024 * 1024 - 2
    with pytest.raises(ClientError) as refusal:
        functions.call("pets", "x" * (6 * 1024 * 1024 - 1))
    assert refusal.value.response["Error"]["Code"] == "RequestTooLargeException"
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_an_asynchronous_event_over_1_mb_is_refused(functions: Lambda) -> None:
    functions.create("pets", "def handler(event, context):\n    return len(event)\n")
    largest = "x" * (1024 * 1024 - 2)  # and two quotation marks
    assert functions.client.invoke(FunctionName="pets", InvocationType="Event", Payload=json.dumps(largest))
    with pytest.raises(ClientError) as refusal:
        functions.client.invoke(FunctionName="pets", InvocationType="Event", Payload=json.dumps(largest + "x"))
    assert refusal.value.response["Error"]["Message"] == (
        "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)"
    )


def test_a_change_of_configuration_is_live_at_the_next_call(functions: Lambda) -> None:
    functions.create("pets", "import os\ndef handler(event, context):\n    return os.environ.get('STAGE')\n")
    assert functions.call("pets")[0] is None
    functions.client.update_function_configuration(FunctionName="pets", Environment={"Variables": {"STAGE": "prod"}})
    assert functions.call("pets")[0] == "prod"


def test_a_saved_file_of_a_bound_folder_is_live_at_the_next_call_of_alias_and_function(
    sandbox: SandboxUnderTest, functions: Lambda, tmp_path: Path
) -> None:
    code = tmp_path / "index.py"
    code.write_text("def handler(event, context):\n    return 'one'\n")
    functions.create("pets", code.read_text(), Publish=True)
    functions.client.create_alias(FunctionName="pets", Name="live", FunctionVersion="1")
    sandbox.world.functions("222222222222", "us-east-1").functions["pets"].bind_source(str(tmp_path))
    assert [functions.call("pets")[0], functions.call("pets:live")[0]] == ["one", "one"]
    code.write_text("def handler(event, context):\n    return 'two, longer'\n")
    assert [functions.call("pets")[0], functions.call("pets:live")[0]] == ["two, longer", "two, longer"]
    assert list(tmp_path.iterdir()) == [code], "the folder belongs to the user: nothing is written to it"


def test_uploaded_code_takes_the_place_of_a_bound_folder(
    sandbox: SandboxUnderTest, functions: Lambda, tmp_path: Path
) -> None:
    from sandbox_testing.functions import zipped

    (tmp_path / "index.py").write_text("def handler(event, context):\n    return 'folder'\n")
    functions.create("pets", "def handler(event, context):\n    return 'archive'\n")
    sandbox.world.functions("222222222222", "us-east-1").functions["pets"].bind_source(str(tmp_path))
    assert functions.call("pets")[0] == "folder"
    archive = zipped({"index.py": "def handler(event, context):\n    return 'upload'\n"})
    functions.client.update_function_code(FunctionName="pets", ZipFile=archive)
    assert functions.call("pets")[0] == "upload"


def test_what_a_function_starts_ends_with_it(sandbox: SandboxUnderTest, functions: Lambda) -> None:
    source = """
import subprocess, sys
def handler(event, context):
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    return [subprocess.Popen(command).pid, subprocess.Popen(command, start_new_session=True).pid]
"""
    functions.create("pets", source, Timeout=10)
    left, _ = functions.call("pets")
    # A process that left the group is found by its environment variables, which only Linux shows.
    left = left if sys.platform == "linux" else end_now(left)
    assert all(running(pid) for pid in left)
    functions.client.delete_function(FunctionName="pets")
    wait_until(lambda: sandbox.pool.process_count() == 0)
    wait_until(lambda: not any(running(pid) for pid in left))


def test_a_python_handler_runs_where_the_native_client_is_missing(
    functions: Lambda, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cross_account_sandbox.functions import runtimes as module

    monkeypatch.setattr(module, "_native_python_client", lambda: False)
    functions.create("pets", "def handler(event, context):\n    return [event['x'], context.aws_request_id != '']\n")
    assert functions.call("pets", {"x": "ü"})[0] == ["ü", True]
    assert functions.call("pets", {})[0]["errorType"] == "KeyError"


def test_a_python_function_cannot_import_the_sandbox_but_has_boto3_and_exit(functions: Lambda) -> None:
    source = """
def handler(event, context):
    found = []
    for name in ("boto3", "components", "sandbox", "settings"):
        try:
            __import__(name)
            found.append(name)
        except ImportError:
            pass
    return [found, callable(exit)]
"""
    functions.create("pets", source, Timeout=30)
    assert functions.call("pets")[0] == [["boto3"], True]


def test_an_asynchronous_call_is_accepted_and_runs(functions: Lambda, tmp_path: Path) -> None:
    functions.create("pets", "def handler(event, context):\n    open(event, 'w').close()\n")
    answer = functions.client.invoke(
        FunctionName="pets", InvocationType="Event", Payload=json.dumps(str(tmp_path / "ran")).encode()
    )
    assert answer["StatusCode"] == 202
    wait_until((tmp_path / "ran").exists)


def test_a_dry_run_runs_nothing(sandbox: SandboxUnderTest, functions: Lambda) -> None:
    functions.create("pets", "def handler(event, context):\n    return 1\n")
    assert functions.client.invoke(FunctionName="pets", InvocationType="DryRun")["StatusCode"] == 204
    assert sandbox.pool.process_count() == 0
