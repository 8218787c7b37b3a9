import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import grpc
import grpc.aio
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2 as proto
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub, add_ResourceProviderServicer_to_server

from cross_account_sandbox.engine_plugin.launcher import write_launcher
from cross_account_sandbox.engine_plugin.package_schema import package_schema
from cross_account_sandbox.engine_plugin.plugin import Plugin
from cross_account_sandbox.engine_plugin.servicer import Servicer
from cross_account_sandbox.engine_plugin.wire import decode, encode
from cross_account_sandbox.resources.invokes import INVOKES
from cross_account_sandbox.resources.session import ProviderSession
from cross_account_sandbox.resources.table import HANDLERS
from sandbox_testing.engine_fakes import Shelf, login

_URN = "urn:pulumi:dev::project::my:Component$aws:shop/shelf:Shelf::books"

_GROUP = "urn:pulumi:dev::project::aws:cloudwatch/logGroup:LogGroup::group"


def _talk(conversation: Callable[[Any], Awaitable[Any]], shelf: Shelf | None = None) -> Any:
    """Serve a plugin over gRPC, run the conversation with it, and return the result."""
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
    assert "does not support the input 'wheels'" in failure.reason


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


_TO_AWS = {"region": "us-east-1", "profile": "prod", "allowedAccountIds": '["111111111111"]'}


def _refused_configuration(settings: dict[str, Any]) -> list[str]:
    """The error that CheckConfig, Configure and every later call return for these settings."""

    async def conversation() -> list[str]:
        plugin = Plugin(HANDLERS, INVOKES, ProviderSession.from_provider_inputs)
        server = grpc.aio.server()
        add_ResourceProviderServicer_to_server(Servicer(plugin, "7.51.1"), server)
        port = server.add_insecure_port("127.0.0.1:0")
        await server.start()
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = ResourceProviderStub(channel)
            checked = await stub.CheckConfig(proto.CheckRequest(urn=_URN, news=encode(settings)))
            said = [failure.reason for failure in checked.failures]
            for call in (
                stub.Configure(proto.ConfigureRequest(args=encode(settings))),
                stub.Create(proto.CreateRequest(urn=_GROUP, properties=encode({"name": "g"}))),
                stub.Read(proto.ReadRequest(urn=_GROUP, id="g")),
                stub.Update(proto.UpdateRequest(urn=_GROUP, id="g", news=encode({"name": "g"}))),
                stub.Delete(proto.DeleteRequest(urn=_GROUP, id="g")),
                stub.Invoke(proto.InvokeRequest(tok="aws:index/getCallerIdentity:getCallerIdentity")),
            ):
                with pytest.raises(grpc.aio.AioRpcError) as refused:
                    await call
                said.append(str(refused.value.details()))
        await server.stop(None)
        return said

    return asyncio.run(conversation())


@pytest.mark.parametrize(
    ("endpoints", "fault"),
    [
        ({}, "the provider has no `endpoints`, and AWS_ENDPOINT_URL is not set"),
        ({"endpoints": '[{"sts":"https://sts.amazonaws.com"}]'}, "the endpoint sts is 'https://sts.amazonaws.com'"),
    ],
    ids=["none", "elsewhere"],
)
def test_no_call_of_the_engine_reaches_aws_and_the_user_is_told_what_to_do_instead(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, endpoints: dict[str, str], fault: str
) -> None:
    launcher = write_launcher(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(launcher.parent))
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)

    checked, configured, *others = _refused_configuration({**_TO_AWS, **endpoints})

    for said in (checked, configured):
        assert fault in said
        assert f"To deploy to AWS, remove the folder {launcher.parent} from PATH" in said
        assert "pulumi up --stack sandbox" in said
        assert "Traceback" not in said
    assert len(others) == 5
    assert set(others) == {"the provider is not configured: its settings were rejected or are still unknown"}


def test_settings_with_endpoints_that_a_preview_cannot_know_yet_are_accepted_and_checked_later() -> None:
    async def conversation(stub: Any) -> Any:
        news = encode(_TO_AWS)
        news.fields["endpoints"].string_value = rpc.UNKNOWN
        return await stub.CheckConfig(proto.CheckRequest(urn=_URN, news=news))

    assert not _talk(conversation).failures


def test_programs_that_are_checked_before_they_run_get_the_types_that_the_sandbox_can_create() -> None:
    async def conversation(stub: Any) -> Any:
        return await stub.GetSchema(proto.GetSchemaRequest())

    schema = json.loads(_talk(conversation).schema)

    assert (schema["name"], schema["version"]) == ("aws", "7.51.1")
    shelf = schema["resources"]["aws:shop/shelf:Shelf"]
    assert shelf["inputProperties"].keys() == Shelf.inputs
    assert shelf["properties"]["key"]["secret"]
    settings = schema["provider"]["inputProperties"]
    assert settings == schema["config"]["variables"]
    assert settings["allowedAccountIds"]["type"] == "array"
    assert settings["secretKey"] == {"type": "string", "secret": True}


def test_the_schema_names_what_each_data_source_takes_and_answers() -> None:
    functions = json.loads(package_schema(HANDLERS, INVOKES, "7.51.1"))["functions"]

    assert functions.keys() == INVOKES.keys()
    session = MagicMock(region="eu-west-1", partition="aws")
    for token, invoke in INVOKES.items():
        assert functions[token]["outputs"]["properties"].keys() == invoke(session, {}).keys()
