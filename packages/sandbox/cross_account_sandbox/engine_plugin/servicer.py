"""The provider's gRPC service for the engine (provider.proto of the Pulumi SDK).

`pulumi.provider.experimental.server` is not used: its errors show a Python traceback to the user, and it passes on
neither unknowns nor the engine's `old_inputs` (Pulumi SDK 3.272).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import grpc
from botocore.exceptions import BotoCoreError, ClientError
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2
from pulumi.runtime.proto import provider_pb2 as proto
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from cross_account_sandbox.engine_plugin.differences import Change, ChangeKind, Difference
from cross_account_sandbox.engine_plugin.plugin import Plugin
from cross_account_sandbox.engine_plugin.wire import decode, encode
from cross_account_sandbox.resources.errors import HandlerError

_KINDS = {
    (ChangeKind.ADD, False): proto.PropertyDiff.ADD,
    (ChangeKind.ADD, True): proto.PropertyDiff.ADD_REPLACE,
    (ChangeKind.DELETE, False): proto.PropertyDiff.DELETE,
    (ChangeKind.DELETE, True): proto.PropertyDiff.DELETE_REPLACE,
    (ChangeKind.UPDATE, False): proto.PropertyDiff.UPDATE,
    (ChangeKind.UPDATE, True): proto.PropertyDiff.UPDATE_REPLACE,
}
_Answer = TypeVar("_Answer")


class Servicer(ResourceProviderServicer):
    """Translates each call, runs it in a thread, and returns errors with their original messages."""

    def __init__(self, plugin: Plugin, version: str) -> None:
        self._plugin = plugin
        self._version = version
        self._cancelled = False

    async def GetPluginInfo(self, request: object, context: object) -> Any:
        """The version that the engine shows."""
        del request, context
        return plugin_pb2.PluginInfo(version=self._version)

    async def GetSchema(self, request: object, context: object) -> Any:
        """The types, properties and provider settings, for programs that are type-checked before they run."""
        del request, context
        return proto.GetSchemaResponse(schema=self._plugin.schema(self._version))

    async def CheckConfig(self, request: Any, context: Any) -> Any:
        """Return the settings unchanged; reports a check failure for settings with which calls could reach AWS."""
        settings = decode(request.news)

        def check() -> Any:
            fault = self._plugin.configuration_fault(settings.values)
            if fault is not None:
                return proto.CheckResponse(failures=[proto.CheckFailure(reason=fault)])
            return proto.CheckResponse(inputs=request.news)

        return await self._run(context, check)

    async def DiffConfig(self, request: Any, context: Any) -> Any:
        """Report which changed settings replace the provider and its resources."""
        old, new = decode(request.old_inputs), decode(request.news)
        return _diff_response(
            await self._run(context, lambda: self._plugin.configuration_change(old.values, new.values))
        )

    async def Configure(self, request: Any, context: Any) -> Any:
        """Log in. A wrong account is rejected here, before anything is created."""
        settings = decode(request.args)
        await self._run(context, lambda: self._plugin.configure(settings.values))
        return proto.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    async def Check(self, request: Any, context: Any) -> Any:
        """Return the inputs with defaults; reports invalid inputs as check failures, not as provider errors."""
        old, new = decode(request.olds), decode(request.news)
        token, name = _token(request.urn), _name(request.urn)

        def check() -> Any:
            try:
                inputs = self._plugin.check(token, name, old.values, new.values, request.randomSeed)
            except HandlerError as error:
                return proto.CheckResponse(failures=[proto.CheckFailure(reason=str(error))])
            return proto.CheckResponse(inputs=encode(inputs, new.secrets))

        return await self._run(context, check)

    async def Diff(self, request: Any, context: Any) -> Any:
        """Report which inputs differ."""
        old, outputs, new = decode(request.old_inputs), decode(request.olds), decode(request.news)
        token, ignored = _token(request.urn), list(request.ignoreChanges)
        return _diff_response(
            await self._run(
                context, lambda: self._plugin.diff(token, old.values, new.values, ignored, outputs=outputs.values)
            )
        )

    async def Create(self, request: Any, context: Any) -> Any:
        """Create a resource."""
        inputs = decode(request.properties)
        token = _token(request.urn)

        def create() -> Any:
            identity, outputs = self._plugin.create(token, inputs.values, preview=request.preview, urn=request.urn)
            return proto.CreateResponse(id=identity, properties=self._outputs(token, outputs, inputs.secrets))

        return await self._run(context, create)

    async def Read(self, request: Any, context: Any) -> Any:
        """Read a resource; a response without an ID means that it no longer exists."""
        inputs, outputs = decode(request.inputs), decode(request.properties)
        token = _token(request.urn)

        def read() -> Any:
            found = self._plugin.read(token, request.id, inputs.values, outputs.values)
            if found is None:
                return proto.ReadResponse()
            identity, read_inputs, read_outputs = found
            secrets = inputs.secrets | outputs.secrets
            return proto.ReadResponse(
                id=identity,
                inputs=encode(read_inputs, secrets),
                properties=self._outputs(token, read_outputs, secrets),
            )

        return await self._run(context, read)

    async def Update(self, request: Any, context: Any) -> Any:
        """Update a resource."""
        old_inputs, outputs, inputs = decode(request.old_inputs), decode(request.olds), decode(request.news)
        token = _token(request.urn)

        def update() -> Any:
            updated = self._plugin.update(
                token,
                request.id,
                old_inputs.values,
                outputs.values,
                inputs.values,
                ignored=list(request.ignoreChanges),
                preview=request.preview,
            )
            return proto.UpdateResponse(properties=self._outputs(token, updated, inputs.secrets))

        return await self._run(context, update)

    async def Delete(self, request: Any, context: Any) -> Any:
        """Delete a resource."""
        outputs = decode(request.properties)
        await self._run(context, lambda: self._plugin.delete(_token(request.urn), request.id, outputs.values))
        return empty_pb2.Empty()

    async def Invoke(self, request: Any, context: Any) -> Any:
        """Invoke a data source; if an argument is secret, the whole result is secret."""
        arguments = decode(request.args)

        def invoke() -> Any:
            answer = self._plugin.invoke(request.tok, arguments.values)
            secrets = frozenset(answer) if arguments.secrets else frozenset()
            # `return` is a Python keyword.
            return proto.InvokeResponse(**{"return": encode(answer, secrets)})

        return await self._run(context, invoke)

    async def Cancel(self, request: object, context: object) -> Any:
        """Start no new operations; AWS calls in progress finish, so that their results are known."""
        del request, context
        self._cancelled = True
        return empty_pb2.Empty()

    def _outputs(self, token: str, outputs: dict[str, Any], secrets: frozenset[str]) -> Any:
        return encode(outputs, secrets | self._plugin.secrets_of(token))

    async def _run(self, context: Any, work: Callable[[], _Answer]) -> _Answer:
        """Run blocking work in a thread; an exception becomes the error that the engine shows."""
        if self._cancelled:
            await context.abort(
                grpc.StatusCode.CANCELLED, "the operation was canceled before it started on this resource"
            )
        try:
            return await asyncio.to_thread(work)
        except (HandlerError, ClientError, BotoCoreError) as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - the user must see which resource failed
            reason = f"the sandbox's provider failed: {type(error).__name__}: {error}"
        await context.abort(grpc.StatusCode.UNKNOWN, reason)
        raise AssertionError  # abort() always raises


def _diff_response(difference: Difference) -> Any:
    return proto.DiffResponse(
        changes=proto.DiffResponse.DIFF_SOME if difference.changes else proto.DiffResponse.DIFF_NONE,
        diffs=list(difference.changes),
        replaces=difference.replaces,
        deleteBeforeReplace=difference.delete_first,
        detailedDiff={
            key: proto.PropertyDiff(kind=_kind(change), inputDiff=True) for key, change in difference.changes.items()
        },
        hasDetailedDiff=True,
    )


def _kind(change: Change) -> Any:
    return _KINDS[change.kind, change.replaces]


def _token(urn: str) -> str:
    """The resource's type, without its parents' types (`parent$type`)."""
    return urn.split("::")[2].rpartition("$")[2]


def _name(urn: str) -> str:
    return urn.split("::", 3)[3]
