from typing import Any

import pulumi
from google.protobuf import struct_pb2
from pulumi.runtime import rpc

from cross_account_sandbox.engine_plugin import wire
from cross_account_sandbox.engine_plugin.unknown import UNKNOWN, holds_unknown
from cross_account_sandbox.engine_plugin.wire import content_hash, decode, encode

_SIGNATURE = rpc._special_sig_key  # noqa: SLF001


def _struct(document: dict[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(document)
    return struct


def test_plain_values_come_back_as_they_went_with_whole_numbers_as_integers() -> None:
    values = {"text": "a", "whole": 29000, "part": 0.5, "flag": True, "none": None, "list": [1, {"deep": ["x"]}]}

    decoded = decode(encode(values))

    assert decoded.values == values
    assert type(decoded.values["whole"]) is int
    assert decoded.secrets == frozenset()


def test_an_unknown_is_told_from_text_both_ways_and_at_any_depth() -> None:
    wire = _struct({"id": rpc.UNKNOWN, "nested": [{"arn": rpc.UNKNOWN}]})

    decoded = decode(wire)

    assert decoded.values["id"] is UNKNOWN
    assert holds_unknown(decoded.values["nested"])
    assert encode(decoded.values) == wire


def test_a_secret_is_plain_to_the_handler_and_marked_again_for_the_engine() -> None:
    secret = {_SIGNATURE: rpc._special_secret_sig, "value": "hunter2"}  # noqa: SLF001
    wire = _struct({"open": "a", "environment": {"variables": {"TOKEN": secret}}})

    decoded = decode(wire)

    assert decoded.values["environment"] == {"variables": {"TOKEN": "hunter2"}}
    assert decoded.secrets == {"environment"}
    marked = encode(decoded.values, decoded.secrets)
    assert marked.fields["environment"].struct_value.fields[_SIGNATURE].string_value == rpc._special_secret_sig  # noqa: SLF001
    assert decode(marked) == decoded


def test_an_output_value_is_its_value_and_without_one_it_is_unknown() -> None:
    signature = rpc._special_output_value_sig  # noqa: SLF001
    wire = _struct(
        {
            "known": {_SIGNATURE: signature, "value": "a", "secret": True, "dependencies": ["urn"]},
            "unknown": {_SIGNATURE: signature},
        }
    )

    decoded = decode(wire)

    assert decoded.values == {"known": "a", "unknown": UNKNOWN}
    assert decoded.secrets == {"known"}


def test_an_archive_keeps_the_hash_that_the_engine_gave_it() -> None:
    archive = {_SIGNATURE: rpc._special_archive_sig, "path": "lambda_src/python", "hash": "abc"}  # noqa: SLF001

    code = decode(_struct({"code": archive})).values["code"]

    assert isinstance(code, pulumi.FileArchive)
    assert content_hash(code) == "abc"
    assert encode({"code": code}) == _struct({"code": archive})


def test_an_archive_of_assets_is_one_with_paths_and_texts() -> None:
    asset = {_SIGNATURE: rpc._special_asset_sig, "text": "print()"}  # noqa: SLF001
    archive = {_SIGNATURE: rpc._special_archive_sig, "assets": {"index.py": asset}}  # noqa: SLF001

    code = decode(_struct({"code": archive})).values["code"]

    assert isinstance(code, pulumi.AssetArchive)
    assert isinstance(code.assets["index.py"], pulumi.StringAsset)
    assert code.assets["index.py"].text == "print()"


def test_signatures_are_those_of_the_sdk() -> None:
    assert {
        "asset": rpc._special_asset_sig,  # noqa: SLF001
        "archive": rpc._special_archive_sig,  # noqa: SLF001
        "secret": rpc._special_secret_sig,  # noqa: SLF001
        "output": rpc._special_output_value_sig,  # noqa: SLF001
        "unknown": rpc.UNKNOWN,
    } == {
        "asset": wire._ASSET,  # noqa: SLF001 - as above
        "archive": wire._ARCHIVE,  # noqa: SLF001
        "secret": wire._SECRET,  # noqa: SLF001
        "output": wire._OUTPUT,  # noqa: SLF001
        "unknown": wire._UNKNOWN_TEXT,  # noqa: SLF001
    }
