import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import grpc.aio
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2 as proto
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub, add_ResourceProviderServicer_to_server

from cross_account_sandbox.engine_plugin.plugin import Plugin
from cross_account_sandbox.engine_plugin.servicer import Servicer
from cross_account_sandbox.engine_plugin.wire import decode, encode
from sandbox_testing.engine_fakes import Shelf, login

_URN = "urn:pulumi:dev::project::my:Component$aws:shop/shelf:Shelf::books"


def _talk(conversation: Callable[[Any], Awaitable[Any]], shelf: Shelf | None = None) -> Any:
    """Serve a plugin over gRPC, hold the conversation with it, and answer what it gave."""
    handler = shelf or Shelf()

    async def run() -> Any:
        server = grpc.aio.server()
        servicer = Servicer(Plugin({handler.token: handler}, {}, login), "7.51.1")
        add_ResourceProviderServicer_to_server(servicer, server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = ResourceProviderStub(channel)
            await stub.Configure(proto.ConfigureRequest())
            answer = await conversation(stub)
        await server.stop(None)
        return answer

    return asyncio.run(run())


def test_a_refusal_reaches_the_engine_with_aws_s_call_and_words_and_nothing_else() -> None:
    async def conversation(stub: Any) -> Any:
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.Create(proto.CreateRequest(urn=_URN, properties=encode({"name": "a", "size": 13})))
        return refused.value.details()

    assert _talk(conversation) == (
        "An error occurred (AccessDeniedException) when calling the CreateShelf operation: not allowed to make shelves"
    )


def test_an_input_that_is_not_accepted_is_a_failure_of_the_program() -> None:
    async def conversation(stub: Any) -> Any:
        return await stub.Check(proto.CheckRequest(urn=_URN, news=encode({"wheels": 4})))

    (failure,) = _talk(conversation).failures
    assert "does not know the input 'wheels'" in failure.reason


def test_secret_inputs_and_secret_outputs_are_secret_in_the_state() -> None:
    async def conversation(stub: Any) -> Any:
        inputs = encode({"name": "a", "secretNote": "hush"}, frozenset({"secretNote"}))
        return await stub.Create(proto.CreateRequest(urn=_URN, properties=inputs))

    created = _talk(conversation)

    assert decode(created.properties).secrets == {"secretNote", "key"}


def test_a_preview_answers_without_an_id_and_keeps_the_unknown() -> None:
    async def conversation(stub: Any) -> Any:
        properties = encode({"name": "a"})
        properties.fields["size"].string_value = rpc.UNKNOWN
        return await stub.Create(proto.CreateRequest(urn=_URN, properties=properties, preview=True))

    created = _talk(conversation)

    assert created.id == ""
    assert created.properties.fields["size"].string_value == rpc.UNKNOWN


def test_a_diff_tells_which_input_replaces() -> None:
    async def conversation(stub: Any) -> Any:
        return await stub.Diff(
            proto.DiffRequest(
                urn=_URN,
                old_inputs=encode({"name": "a", "colour": "red", "size": 1}),
                news=encode({"name": "a", "colour": "blue", "size": 2}),
            )
        )

    answer = _talk(conversation)

    assert answer.changes == proto.DiffResponse.DIFF_SOME
    assert list(answer.replaces) == ["colour"]
    assert answer.detailedDiff["colour"].kind == proto.PropertyDiff.UPDATE_REPLACE
    assert answer.detailedDiff["size"].kind == proto.PropertyDiff.UPDATE


def test_the_state_of_an_import_has_the_resource_s_own_id() -> None:
    shelf = Shelf()
    shelf.things["a"] = {"name": "a"}

    async def conversation(stub: Any) -> Any:
        return await stub.Read(proto.ReadRequest(urn=_URN, id="room/a"))

    assert _talk(conversation, shelf).id == "a"


def test_a_resource_that_is_gone_has_no_id() -> None:
    async def conversation(stub: Any) -> Any:
        outputs = encode({"name": "a"})
        return await stub.Read(proto.ReadRequest(urn=_URN, id="a", inputs=outputs, properties=outputs))

    assert _talk(conversation).id == ""


def test_nothing_is_begun_after_a_cancel() -> None:
    shelf = Shelf()

    async def conversation(stub: Any) -> Any:
        await stub.Cancel(empty_pb2.Empty())
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.Create(proto.CreateRequest(urn=_URN, properties=encode({"name": "a"})))
        return refused.value.code()

    assert _talk(conversation, shelf) == grpc.StatusCode.CANCELLED
    assert shelf.things == {}
