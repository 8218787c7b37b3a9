"""Serves the provider to one engine, on a loopback port that it prints, until that engine is gone."""

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

#: A version of the vendor's provider that the handlers were written against.
VERSION = "7.51.1"
# The engine allows messages of 400 MB: a document or an archive can be large.
_MAX_MESSAGE_BYTES = 400 * 1024 * 1024
#: Seconds between two checks of whether the parent process is still there.
_WATCH = 1
#: Seconds that calls in flight get to end at SIGINT or SIGTERM, so that the engine can record their results.
_GRACE = 5


async def serve(engine: str | None) -> None:
    """Serve the provider on a free loopback port until the engine at this address is gone or ends the plugin."""
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
    # A killed engine does not end its plugins: each provider of each later run would be one more process.
    watches = [asyncio.create_task(ended.wait()), asyncio.create_task(_parent_gone(parent))]
    if engine is not None:
        watches.append(asyncio.create_task(_engine_gone(engine)))
    await asyncio.wait(watches, return_when=asyncio.FIRST_COMPLETED)
    await server.stop(_GRACE if ended.is_set() else None)
    # A thread that still waits for an answer of AWS would keep the process alive, and nobody can record that answer.
    os._exit(0)


async def _parent_gone(parent: int) -> None:
    while os.getppid() == parent:  # noqa: ASYNC110 - no event reports the end of a parent
        await asyncio.sleep(_WATCH)


async def _engine_gone(address: str) -> None:
    """Wait until nobody answers at the engine's address: it can end before this process knows its parent."""
    async with grpc.aio.insecure_channel(address) as channel:
        while (state := channel.get_state(try_to_connect=True)) is not grpc.ChannelConnectivity.TRANSIENT_FAILURE:
            await channel.wait_for_state_change(state)
