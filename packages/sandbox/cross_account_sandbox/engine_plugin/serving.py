"""Serves the provider to one engine, on a loopback port that it prints, until that engine ends."""

from __future__ import annotations

import asyncio
import os
import signal
import sys

import grpc
import grpc.aio
from pulumi.runtime.proto.provider_pb2_grpc import add_ResourceProviderServicer_to_server

from cross_account_sandbox.engine_plugin.instance import sandbox_instance
from cross_account_sandbox.engine_plugin.plugin import Plugin
from cross_account_sandbox.engine_plugin.servicer import Servicer
from cross_account_sandbox.resources.invokes import INVOKES
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.table import HANDLERS

#: The version of the AWS provider that the handlers are based on.
VERSION = "7.51.1"
# The engine allows messages of up to 400 MB, because a document or an archive can be large.
_MAX_MESSAGE_BYTES = 400 * 1024 * 1024
#: Seconds between checks whether the parent process is still running.
_WATCH = 1
#: Seconds for calls in progress to finish after SIGINT or SIGTERM, so that the engine can record their results.
_GRACE = 5


async def serve(engine: str | None) -> None:
    """Serve the provider on a free loopback port until the engine at this address ends or stops the plugin."""
    parent = os.getppid()
    server = grpc.aio.server(
        options=[
            ("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES),
            ("grpc.max_send_message_length", _MAX_MESSAGE_BYTES),
        ]
    )
    plugin = Plugin(HANDLERS, INVOKES, ProviderSession.from_provider_inputs, sandbox_instance)
    add_ResourceProviderServicer_to_server(Servicer(plugin, VERSION), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    ended = asyncio.Event()
    for interruption in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(interruption, ended.set)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    # A killed engine does not end its plugins; without this, every later run would leave more processes behind.
    watches = [asyncio.create_task(ended.wait()), asyncio.create_task(_parent_gone(parent))]
    if engine is not None:
        watches.append(asyncio.create_task(_engine_gone(engine)))
    await asyncio.wait(watches, return_when=asyncio.FIRST_COMPLETED)
    await server.stop(_GRACE if ended.is_set() else None)
    # A thread that is still waiting for AWS would keep the process alive, although its result can no longer be
    # recorded.
    os._exit(0)


async def _parent_gone(parent: int) -> None:
    while os.getppid() == parent:  # noqa: ASYNC110 - there is no event for the end of the parent
        await asyncio.sleep(_WATCH)


async def _engine_gone(address: str) -> None:
    """Wait until nothing responds at the engine's address: the engine can end before this process knows its parent."""
    async with grpc.aio.insecure_channel(address) as channel:
        while (state := channel.get_state(try_to_connect=True)) is not grpc.ChannelConnectivity.TRANSIENT_FAILURE:
            await channel.wait_for_state_change(state)
