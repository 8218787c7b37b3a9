import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2 as proto
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from cross_account_sandbox.engine_plugin.launcher import write_launcher


class Engine:
    """The engine from a plugin's point of view: a gRPC server at an address."""

    def __init__(self) -> None:
        self._server = grpc.server(ThreadPoolExecutor(1))
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        self._server.start()

    def end(self) -> None:
        self._server.stop(None).wait()


@pytest.fixture
def engine() -> Iterator[Engine]:
    running = Engine()
    yield running
    running.end()


@contextlib.contextmanager
def started(folder: Path, engine: Engine) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The plugin of a running engine, as a child of this process, and its port."""
    plugin = subprocess.Popen(
        [write_launcher(folder / "bin"), engine.address], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert plugin.stdout is not None
    try:
        yield plugin, int(plugin.stdout.readline())
    finally:
        plugin.kill()
        plugin.communicate()


def test_the_launcher_has_the_name_that_the_engine_looks_for_and_can_be_run(tmp_path: Path) -> None:
    launcher = write_launcher(tmp_path / "bin")

    assert launcher.name == "pulumi-resource-aws"
    assert os.access(launcher, os.X_OK)
    assert "-m cross_account_sandbox.engine_plugin" in launcher.read_text("utf-8")


def test_the_plugin_ends_when_the_process_that_started_it_is_gone(tmp_path: Path, engine: Engine) -> None:
    launcher = write_launcher(tmp_path / "bin")
    parent = subprocess.Popen(
        ["sh", "-c", '"$0" "$1" & read -r line', launcher, engine.address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdin is not None
    assert parent.stdout is not None
    with parent, parent.stdout as output:
        assert int(output.readline()) > 0

        parent.stdin.close()

        # The plugin holds the other end of the pipe until it exits.
        assert output.read() == ""


def test_the_plugin_ends_when_nobody_answers_at_the_engines_address(tmp_path: Path, engine: Engine) -> None:
    with started(tmp_path, engine) as (plugin, _):
        assert plugin.poll() is None

        engine.end()

        assert plugin.wait(60) == 0


@pytest.mark.parametrize("interruption", [signal.SIGINT, signal.SIGTERM])
def test_the_plugin_ends_at_a_signal_and_prints_nothing(
    tmp_path: Path, engine: Engine, interruption: signal.Signals
) -> None:
    with started(tmp_path, engine) as (plugin, _):
        plugin.send_signal(interruption)

        assert plugin.communicate(timeout=60) == ("", "")
        assert plugin.returncode == 0


def test_the_plugin_ends_with_its_engine_while_a_call_waits_for_aws(tmp_path: Path, engine: Engine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, started(tmp_path, engine) as (plugin, port):
        settings = Struct()
        settings.update(
            {
                "region": "us-east-1",
                "accessKey": "test",
                "secretKey": "test",
                "endpoints": [{"sts": f"http://127.0.0.1:{silent.getsockname()[1]}"}],
            }
        )
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            call = ResourceProviderStub(channel).Configure.future(proto.ConfigureRequest(args=settings))
            waiting, _ = silent.accept()  # the call is in flight and never gets a response
            with waiting:
                engine.end()

                assert plugin.wait(60) == 0
                assert call.exception() is not None
