"""Converts properties between the engine's wire format (protobuf) and plain Python values.

`pulumi.provider.experimental` has its own conversion, but it treats an unknown as an ordinary string and drops the hash
of an archive (Pulumi SDK 3.272). Previews and diffs require both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf import struct_pb2
from pulumi.asset import Archive, Asset, AssetArchive, FileArchive, FileAsset, RemoteArchive, RemoteAsset, StringAsset

from cross_account_sandbox.engine_plugin.unknown import UNKNOWN

#: The signatures and the unknown value of the wire format, copied from pulumi.runtime.rpc, which loads the whole SDK.
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_ASSET = "c44067f5952c0a294b673a41bacd8c17"
_ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a signature of the wire format, not a secret
_OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_HASH = "hash"


@dataclass(frozen=True, kw_only=True, slots=True)
class Decoded:
    """Properties as plain values, and the names of those that contain a secret."""

    values: dict[str, Any]
    secrets: frozenset[str] = field(default_factory=frozenset)


def decode(properties: struct_pb2.Struct) -> Decoded:
    """Convert to plain values: whole numbers to int, unknowns to UNKNOWN, archives and assets to Pulumi's classes."""
    values: dict[str, Any] = {}
    secrets: set[str] = set()
    for key, value in properties.fields.items():
        seen = _Seen()
        values[key] = _decode(value, seen)
        if seen.secret:
            secrets.add(key)
    return Decoded(values=values, secrets=frozenset(secrets))


def encode(properties: Mapping[str, Any], secrets: frozenset[str] = frozenset()) -> struct_pb2.Struct:
    """Convert to the wire format; the named properties are marked as secret."""
    fields = {key: _encode(value) for key, value in properties.items()}
    for key in secrets & fields.keys():
        fields[key] = _struct({_SIGNATURE: struct_pb2.Value(string_value=_SECRET), "value": fields[key]})
    return struct_pb2.Struct(fields=fields)


def content_hash(value: object) -> str | None:
    """The engine's hash of an archive's or asset's content; None for other values."""
    if isinstance(value, Archive | Asset):
        return getattr(value, _HASH, None)
    return None


@dataclass(slots=True)
class _Seen:
    secret: bool = False


def _decode(value: struct_pb2.Value, seen: _Seen) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            return UNKNOWN if value.string_value == _UNKNOWN_TEXT else value.string_value
        case "number_value":
            return int(value.number_value) if value.number_value.is_integer() else value.number_value
        case "bool_value":
            return value.bool_value
        case "list_value":
            return [_decode(item, seen) for item in value.list_value.values]
        case "struct_value":
            return _decode_struct(dict(value.struct_value.fields), seen)
        case _:
            return None


def _decode_struct(fields: dict[str, struct_pb2.Value], seen: _Seen) -> Any:
    signature = fields[_SIGNATURE].string_value if _SIGNATURE in fields else None
    if signature is None:
        return {key: _decode(item, seen) for key, item in fields.items()}
    if signature == _SECRET:
        seen.secret = True
        return _decode(fields["value"], seen)
    if signature == _OUTPUT:
        seen.secret = seen.secret or ("secret" in fields and fields["secret"].bool_value)
        return _decode(fields["value"], seen) if "value" in fields else UNKNOWN
    if signature in (_ASSET, _ARCHIVE):
        return _decode_content(signature, fields, seen)
    raise ValueError(f"the engine sent a value with an unknown signature: {signature}")


def _decode_content(signature: str, fields: dict[str, struct_pb2.Value], seen: _Seen) -> Asset | Archive:
    content: Asset | Archive
    given = {key: item for key, item in fields.items() if item.WhichOneof("kind") != "null_value"}
    is_archive = signature == _ARCHIVE
    if "assets" in given:
        assets = given["assets"].struct_value.fields
        content = AssetArchive({name: _decode(item, seen) for name, item in assets.items()})
    elif given.get("path") and given["path"].string_value:
        path = given["path"].string_value
        content = FileArchive(path) if is_archive else FileAsset(path)
    elif given.get("uri") and given["uri"].string_value:
        uri = given["uri"].string_value
        content = RemoteArchive(uri) if is_archive else RemoteAsset(uri)
    elif is_archive:
        content = AssetArchive({})
    else:
        content = StringAsset(given["text"].string_value if "text" in given else "")
    if _HASH in given:
        setattr(content, _HASH, given[_HASH].string_value)
    return content


def _encode(value: object) -> struct_pb2.Value:
    if value is None:
        return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
    if value is UNKNOWN:
        return struct_pb2.Value(string_value=_UNKNOWN_TEXT)
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, int | float):
        return struct_pb2.Value(number_value=value)
    if isinstance(value, str):
        return struct_pb2.Value(string_value=value)
    if isinstance(value, Mapping):
        return _struct({str(key): _encode(item) for key, item in value.items()})
    if isinstance(value, list | tuple | set | frozenset):
        return struct_pb2.Value(list_value=struct_pb2.ListValue(values=[_encode(item) for item in value]))
    if isinstance(value, Asset | Archive):
        return _encode_content(value)
    raise TypeError(
        f"a resource handler returned a {type(value).__name__}, which the engine does not accept: {value!r}"
    )


def _encode_content(value: Asset | Archive) -> struct_pb2.Value:
    signature = _ARCHIVE if isinstance(value, Archive) else _ASSET
    fields = {_SIGNATURE: struct_pb2.Value(string_value=signature)}
    for name in ("assets", "path", "uri", "text", _HASH):
        if hasattr(value, name):
            fields[name] = _encode(getattr(value, name))
    return _struct(fields)


def _struct(fields: dict[str, struct_pb2.Value]) -> struct_pb2.Value:
    return struct_pb2.Value(struct_value=struct_pb2.Struct(fields=fields))
