"""No resources grow or remain, regardless of what functions do and how the sandbox ends."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from cross_account_sandbox.functions.environment import Answer, Environment
from cross_account_sandbox.functions.invocation import InvocationOutcome, InvocationResult
from cross_account_sandbox.functions.runtime_api import RuntimeInvocation
from cross_account_sandbox.functions.start_gate import StartGate
from sandbox_testing.processes import end_now, running, wait_until
from sandbox_testing.repository import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox_testing.functions import Lambda
    from sandbox_testing.server import SandboxUnderTest

#: What a function does, and the error type that every call of it must return.
KINDS = {
    "answers": ("def handler(event, context):\n    print('seen')\n    return event\n", None),
    "floods": ("def handler(event, context):\n    print('x' * 200_000)\n    return event\n", None),
    "raises": ("def handler(event, context):\n    raise ValueError('no')\n", "ValueError"),
    "exits": ("import os\ndef handler(event, context):\n    os._exit(3)\n", "Runtime.ExitError"),
    "sleeps": ("import time\ndef handler(event, context):\n    time.sleep(60)\n", "Sandbox.Timedout"),
    "breaks": ("raise ValueError('at load')\n", "ValueError"),
}


def test_32_clients_of_functions_that_fail_time_out_and_exit_all_get_the_right_answer(
    sandbox: SandboxUnderTest, functions: Lambda
) -> None:
    for kind, (source, _) in KINDS.items():
        functions.create(kind, source, Timeout=1 if kind == "sleeps" else 20)
    store = sandbox.world.functions(functions.account, "us-east-1").functions

    async def client(seed: int) -> list[str]:
        choices = random.Random(seed)  # noqa: S311 - the same calls at every run
        wrong = []
        for _ in range(12):
            kind = choices.choices(list(KINDS), [12, 2, 4, 2, 1, 2])[0]
            event = [seed, choices.random()]
            function = store[kind]
            result = await sandbox.pool.invoke(
                function, function.latest, json.dumps(event).encode(), invoked_arn=function.arn
            )
            answer: Any = json.loads(result.payload)
            expected = KINDS[kind][1]
            if (answer != event) if expected is None else (answer.get("errorType") != expected):
                wrong.append(f"{kind}: {answer}")
        return wrong

    async def clients() -> list[list[str]]:
        return await asyncio.gather(*(client(seed) for seed in range(32)))

    assert [wrong for each in sandbox.run(clients()) for wrong in each] == []
    # Functions that exit, time out or break have no process afterwards; the others keep as many as ran concurrently.
    wait_until(lambda: sandbox.pool.process_count() <= 3 * 32)
    for kind in KINDS:
        functions.client.delete_function(FunctionName=kind)
    wait_until(lambda: sandbox.pool.process_count() == 0)


def test_failing_functions_leave_no_open_files(sandbox: SandboxUnderTest, functions: Lambda) -> None:
    functions.create("exits", KINDS["exits"][0])
    functions.create("breaks", KINDS["breaks"][0])

    def open_files() -> int:
        return len(list(Path("/dev/fd").iterdir()))

    def fail() -> None:
        for name in ("exits", "breaks"):
            assert functions.call(name)[1]["FunctionError"] == "Unhandled"
        wait_until(lambda: sandbox.pool.process_count() == 0)

    fail()
    before = open_files()
    for _ in range(5):
        fail()
    wait_until(lambda: open_files() <= before)


SERVER = """
import json, sys, threading
sys.path.insert(0, {root!r})
from cross_account_sandbox.server import RunningSandbox
with RunningSandbox(port=0) as running:
    print(running.endpoint, flush=True)
    threading.Event().wait()
"""
BUSY = """
import os, subprocess, sys, time
def handler(event, context):
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    with open(event + ".part", "w") as file:
        file.write(f"{os.getpid()} {child.pid}")
    os.rename(event + ".part", event)
    while True:
        time.sleep(1)
"""


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_sandbox_leaves_no_process_of_a_function(tmp_path: Path, end: signal.Signals) -> None:
    import boto3

    from sandbox_testing.functions import TRUST_LAMBDA, zipped

    server = subprocess.Popen(
        [sys.executable, "-c", SERVER.format(root=str(ROOT))], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert server.stdout is not None
    with server:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}
        endpoint = server.stdout.readline().strip()
        iam: Any = boto3.client("iam", endpoint_url=endpoint, **keys)  # type: ignore[call-overload]
        role = iam.create_role(RoleName="execution", AssumeRolePolicyDocument=json.dumps(TRUST_LAMBDA))["Role"]["Arn"]
        functions: Any = boto3.client("lambda", endpoint_url=endpoint, **keys)  # type: ignore[call-overload]
        functions.create_function(
            FunctionName="busy",
            Runtime="python3.13",
            Handler="index.handler",
            Role=role,
            Code={"ZipFile": zipped({"index.py": BUSY})},
            Timeout=900,
        )
        report = tmp_path / "pids"
        functions.invoke(FunctionName="busy", InvocationType="Event", Payload=json.dumps(str(report)).encode())
        wait_until(report.exists)
        pids = [int(pid) for pid in report.read_text().split()]
        assert all(running(pid) for pid in pids)
        pids = pids if sys.platform == "linux" else end_now(pids)
        os.kill(server.pid, end)
    wait_until(lambda: not any(running(pid) for pid in pids))


def test_an_event_that_cannot_be_delivered_fails_its_call_and_gives_its_slot_back_once(
    sandbox: SandboxUnderTest, functions: Lambda, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """
import os, time
def handler(event, context):
    while event and not os.path.exists(event):
        time.sleep(0.01)
    return event
"""
    functions.create("fragile", source, Timeout=60)
    functions.client.put_function_concurrency(FunctionName="fragile", ReservedConcurrentExecutions=1)
    function = sandbox.world.functions(functions.account, "us-east-1").functions["fragile"]
    answered: list[Callable[[Answer], None]] = []

    async def invoke(event: str) -> InvocationResult:
        return await sandbox.pool.invoke(
            function, function.latest, json.dumps(event).encode(), invoked_arn=function.arn
        )

    async def begin(event: str) -> asyncio.Task[InvocationResult]:
        return asyncio.ensure_future(invoke(event))

    async def time_out() -> None:
        for each in answered:
            each(Answer(payload=b"", failed=True, duration_ms=1))

    async def result_of(task: asyncio.Task[InvocationResult]) -> InvocationResult:
        return await task

    def breaks(_: Environment, __: RuntimeInvocation, on_answer: Callable[[Answer], None]) -> None:
        answered.append(on_answer)
        raise RuntimeError("no runtime client")

    with monkeypatch.context() as broken:
        broken.setattr(Environment, "run", breaks)
        for _ in range(2):  # the first has to wait for an environment
            with pytest.raises(RuntimeError, match="no runtime client"):
                sandbox.run(invoke(""))
    sandbox.run(sandbox.pool.finished())

    blocked = sandbox.run(begin(str(tmp_path / "go")))
    sandbox.run(time_out())  # later, the environments that got no event time out
    assert sandbox.run(invoke("")).outcome is InvocationOutcome.THROTTLED
    (tmp_path / "go").touch()
    assert sandbox.run(result_of(blocked)).outcome is InvocationOutcome.OK
    assert sandbox.run(invoke("")).outcome is InvocationOutcome.OK


def test_starts_beyond_the_gates_limit_wait_their_turn() -> None:
    async def scenario() -> list[str]:
        gate, order = StartGate(limit=1), []
        assert gate.enter("first", lambda: None)

        def second() -> None:
            order.append("second began" if gate.enter("second", second) else "second turned away")

        second()
        gate.leave("first")
        gate.leave("first")
        gate.leave("second")
        return order

    assert asyncio.run(scenario()) == ["second turned away", "second began"]


def test_a_caller_that_has_gone_ends_neither_the_invocation_nor_its_environment(
    sandbox: SandboxUnderTest, functions: Lambda, tmp_path: Path
) -> None:
    source = """
import os, time
def handler(event, context):
    if event:
        open(os.path.join(event, "begun"), "w").close()
        while not os.path.exists(os.path.join(event, "go")):
            time.sleep(0.01)
        open(os.path.join(event, str(os.getpid())), "w").close()
    return os.getpid()
"""
    functions.create("waits", source, Timeout=20)
    function = sandbox.world.functions(functions.account, "us-east-1").functions["waits"]
    payload = json.dumps(str(tmp_path)).encode()

    async def call() -> asyncio.Task[Any]:
        return asyncio.ensure_future(sandbox.pool.invoke(function, function.latest, payload, invoked_arn=function.arn))

    async def give_up(task: asyncio.Task[Any]) -> None:
        task.cancel()

    task = sandbox.run(call())
    wait_until((tmp_path / "begun").exists)
    sandbox.run(give_up(task))
    (tmp_path / "go").touch()
    wait_until(lambda: any(file.name.isdecimal() for file in tmp_path.iterdir()))
    pid = next(int(file.name) for file in tmp_path.iterdir() if file.name.isdecimal())
    functions.client.put_function_concurrency(FunctionName="waits", ReservedConcurrentExecutions=1)

    def free_again() -> bool:
        try:
            return bool(functions.call("waits", "")[0] == pid)
        except ClientError:  # throttled: the run that no caller waits for has not ended
            return False

    wait_until(free_again)
