"""The port: what reaches the sandbox, how it comes up and how it goes down."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import pytest

from sandbox.server import PortInUseError, RunningSandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import SandboxUnderTest


def test_a_busy_port_is_one_line_that_names_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError) as refused, RunningSandbox(port=port):
            pass
    assert str(refused.value) == (
        f"Port {port} is in use: stop what listens there, or choose another with --port (0: any free one)"
    )


def test_after_a_sandbox_its_port_and_threads_are_free() -> None:
    before = set(threading.enumerate())
    with RunningSandbox(port=0) as running:
        port = running.port
    left = {thread.name for thread in set(threading.enumerate()) - before}
    assert "sandbox" not in left
    with RunningSandbox(port=port):
        pass


def test_a_new_sandbox_is_empty(sandbox: SandboxUnderTest) -> None:
    sandbox.client("logs").create_log_group(logGroupName="/left")
    sandbox.world.logs.flush()
    assert sandbox.client("logs").describe_log_groups()["logGroups"]


def test_another_new_sandbox_is_empty(sandbox: SandboxUnderTest) -> None:
    assert sandbox.client("logs").describe_log_groups()["logGroups"] == []


def test_it_says_that_it_is_running(sandbox: SandboxUnderTest) -> None:
    assert sandbox.request("GET", "/_sandbox/health").json() == {"status": "running", "endpoint": sandbox.endpoint}


def test_an_unknown_page_of_the_sandbox_is_a_404_that_names_the_known_ones(sandbox: SandboxUnderTest) -> None:
    reply = sandbox.request("GET", "/_sandbox/traces/unknown")
    assert reply.status == 404
    assert "/_sandbox/health" in reply.json()["message"]


def test_it_names_no_server_software(sandbox: SandboxUnderTest) -> None:
    assert sandbox.request("GET", "/_sandbox/health").header("Server") is None


def test_an_object_that_an_sdk_announces_with_expect_100_continue_is_stored(sandbox: SandboxUnderTest) -> None:
    s3 = sandbox.client("s3")
    s3.create_bucket(Bucket="artefacts")
    s3.put_object(Bucket="artefacts", Key="code/function.zip", Body=b"x" * 100_000)
    assert s3.get_object(Bucket="artefacts", Key="code/function.zip")["Body"].read() == b"x" * 100_000
