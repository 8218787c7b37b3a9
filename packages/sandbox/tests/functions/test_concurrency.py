"""Calls at the same time: each has a separate environment, up to the reserved concurrency."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from sandbox_testing.processes import wait_until

if TYPE_CHECKING:
    from sandbox_testing.functions import Lambda


MEETS = """
import os, time
def handler(event, context):
    folder = event["folder"]
    open(os.path.join(folder, str(os.getpid())), "w").close()
    while len(os.listdir(folder)) < event["together"]:
        time.sleep(0.005)
    return os.getpid()
"""


def test_calls_at_the_same_time_run_in_environments_of_their_own(functions: Lambda, tmp_path: Path) -> None:
    functions.create("pets", MEETS, Timeout=20)
    event = {"folder": str(tmp_path), "together": 3}
    with ThreadPoolExecutor() as clients:
        pids = list(clients.map(lambda _: functions.call("pets", event)[0], range(3)))
    assert len(set(pids)) == 3


def test_reserved_concurrency_of_0_throttles_every_call(functions: Lambda) -> None:
    functions.create("pets", "def handler(event, context):\n    return 1\n")
    functions.client.put_function_concurrency(FunctionName="pets", ReservedConcurrentExecutions=0)
    with pytest.raises(ClientError) as refusal:
        functions.call("pets")
    assert refusal.value.response["Error"] == {"Code": "TooManyRequestsException", "Message": "Rate Exceeded."}
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    assert dict(refusal.value.response)["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    functions.client.delete_function_concurrency(FunctionName="pets")
    assert functions.call("pets")[0] == 1


def test_reserved_concurrency_lets_so_many_calls_run_and_throttles_the_next(functions: Lambda, tmp_path: Path) -> None:
    functions.create("pets", MEETS, Timeout=20)
    functions.client.put_function_concurrency(FunctionName="pets", ReservedConcurrentExecutions=2)
    event = {"folder": str(tmp_path), "together": 3}
    with ThreadPoolExecutor() as clients:
        two = [clients.submit(functions.call, "pets", event) for _ in range(2)]
        wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
        with pytest.raises(ClientError, match="TooManyRequestsException"):
            functions.call("pets", event)
        (tmp_path / "third").touch()
        assert len({call.result()[0] for call in two}) == 2
