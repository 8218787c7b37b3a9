"""The provider process, which the engine starts as `pulumi-resource-cross-account-api` or from this folder."""

from __future__ import annotations

import asyncio
import os
import sys
from importlib.metadata import version
from typing import Any

import grpc
import grpc.aio
from pulumi.provider.server import ProviderServicer
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto.provider_pb2_grpc import add_ResourceProviderServicer_to_server

from cross_account_api.errors import ArgumentError
from cross_account_api.package.components import PACKAGE
from cross_account_api.package.known_outputs import opened
from cross_account_api.package.provider import PackageProvider

#: Seconds between checks that the engine still exists.
_WATCH = 1


class Servicer(ProviderServicer):
    """The SDK's servicer, but an error for the user is shown as its text, without a class name."""

    async def Construct(self, request: Any, context: Any) -> Any:  # noqa: N802 - gRPC's name
        """Create a component. An error in its arguments reaches the user with the same text as in Python programs."""
        try:
            return await self._construct(request, context)
        except ArgumentError as error:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(error))

    @staticmethod
    async def _construct_inputs(inputs: Any, input_dependencies: Any) -> dict[str, Any]:
        read = await ProviderServicer._construct_inputs(inputs, input_dependencies)  # noqa: SLF001 - extends it
        return {key: await opened(value) for key, value in read.items()}


def main() -> None:
    """Serve the engine whose address is the first argument until that engine ends."""
    addresses = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
    if not addresses:
        raise SystemExit(
            f"pulumi-resource-{PACKAGE} is a provider that Pulumi starts: run pulumi in a program that uses "
            f"the package {PACKAGE}"
        )
    try:
        asyncio.run(_serve(addresses[0]))
    except KeyboardInterrupt:
        return  # so the engine ends its plugins


async def _serve(engine_address: str) -> None:
    engine = os.getppid()
    server = grpc.aio.server(options=_GRPC_CHANNEL_OPTIONS)
    provider = PackageProvider(version(PACKAGE))
    add_ResourceProviderServicer_to_server(Servicer(provider, sys.argv[1:], engine_address), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    # An engine that is killed does not end its plugins.
    while os.getppid() == engine:  # noqa: ASYNC110 - no event tells of the end of a parent
        await asyncio.sleep(_WATCH)
    await server.stop(None)
