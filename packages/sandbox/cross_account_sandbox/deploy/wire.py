"""Converts properties between Pulumi's wire format (protobuf structs) and plain Python with the names of secrets."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from cross_account_sandbox.resources.handler import Properties
from cross_account_sandbox.resources.values import plain

if TYPE_CHECKING:
    from google.protobuf.struct_pb2 import Struct


#: Marks a struct as something other than an object (pulumi/pulumi sdk/go/common/resource/properties.go).
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker of the wire format


def read(struct: Struct) -> tuple[Properties, frozenset[str]]:
    """Return the properties, with archives as Pulumi's own objects, and the names of those that are secret."""
    from pulumi.runtime import rpc

    properties = rpc.deserialize_properties(struct)
    secrets = frozenset(name for name, value in properties.items() if _is_secret(value))
    return {name: plain(_opened(value)) for name, value in properties.items()}, secrets


def write(properties: Mapping[str, Any], secrets: Collection[str] = ()) -> Struct:
    """Return a struct of plain values. Archives are left out, because the SDK keeps the program's own objects."""
    from google.protobuf.struct_pb2 import Struct

    struct = Struct()
    struct.update(
        {
            name: {_SIGNATURE: _SECRET, "value": value} if name in secrets else value
            for name, value in properties.items()
            if _travels(value)
        }
    )
    return struct


def _is_secret(value: object) -> bool:
    return isinstance(value, dict) and value.get(_SIGNATURE) == _SECRET


def _opened(value: Any) -> Any:
    if isinstance(value, dict):
        return _opened(value["value"]) if _is_secret(value) else {key: _opened(item) for key, item in value.items()}
    return [_opened(item) for item in value] if isinstance(value, list) else value


def _travels(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool | dict | list)
