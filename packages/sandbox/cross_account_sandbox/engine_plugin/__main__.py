"""`python -m cross_account_sandbox.engine_plugin ADDRESS`: what the engine starts as `pulumi-resource-aws`.

Prints the port that it serves on, as the engine expects of a plugin. It ends when the engine that started it is gone.
"""

from __future__ import annotations

import asyncio
import os
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
#: Seconds between two looks at whether the engine is still there.
_WATCH = 1


async def serve() -> None:
    """Serve the provider on a free loopback port."""
    engine = os.getppid()
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
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    # An engine that was killed ends no plugin, and each provider of each later run would be one process more.
    while os.getppid() == engine:  # noqa: ASYNC110 - no event tells of the end of a parent
        await asyncio.sleep(_WATCH)
    await server.stop(None)


if __name__ == "__main__":
    asyncio.run(serve())
