"""The remains of one inline program must not fail the next."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import grpc
from pulumi.runtime import _grpc_settings

import tests.engine.inline_program  # noqa: F401 - sets the options of the SDK's channels


def _answer(port: int, opened: ExitStack) -> grpc.StatusCode:
    """Call over a channel like the SDK's channel to a monitor, which also stays open."""
    channel = opened.enter_context(
        grpc.insecure_channel(f"127.0.0.1:{port}", options=_grpc_settings._GRPC_CHANNEL_OPTIONS)  # noqa: SLF001 - the SDK's
    )
    try:
        channel.unary_unary("/any/method")(b"", timeout=10)
    except grpc.RpcError as error:
        code: grpc.StatusCode = error.code()
        return code
    raise AssertionError("a server without methods answered")


def test_a_monitor_is_reached_at_a_port_that_has_just_refused_another_program() -> None:
    with socket.socket() as gone:
        gone.bind(("127.0.0.1", 0))
        port: int = gone.getsockname()[1]
    with ExitStack() as opened:
        assert _answer(port, opened) is grpc.StatusCode.UNAVAILABLE
        server = grpc.server(ThreadPoolExecutor(1))
        assert server.add_insecure_port(f"127.0.0.1:{port}") == port
        server.start()
        opened.callback(server.stop, None)
        assert _answer(port, opened) is grpc.StatusCode.UNIMPLEMENTED
