"""JSON values read as a service's model types them. A value of another type is refused as AWS's parser does."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from cross_account_sandbox.control_plane.errors import ErrorKind

serialization_error = ErrorKind("SerializationException", 400)

_STRUCTURED = ("structure", "map")
_JAVA_TYPES = {
    "boolean": "a Boolean",
    "double": "a Double",
    "float": "a Float",
    "integer": "an Integer",
    "long": "a Long",
    "string": "a String",
    "blob": "a ByteBuffer",
}
_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "double": (int, float),
    "float": (int, float),
    "integer": (int, float),
    "long": (int, float),
    "string": (str,),
    "blob": (str,),
}


def json_document(body: bytes) -> Any:
    """The JSON value of a body. Raises SerializationException."""
    try:
        return json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise serialization_error(f"The request body is not JSON: {error}") from None


def _no_constant(name: str) -> None:
    # Python reads Infinity and NaN where JSON has no such values.
    raise ValueError(f"{name} is not a JSON value")


def from_json(shape: Any, value: Any) -> Any:
    """A JSON value as the model's shape has it: member names instead of wire names, times and blobs decoded.

    Raises SerializationException for a value that is not of the shape's type.
    """
    if value is None or getattr(shape, "is_document_type", False):
        return value
    if shape.type_name in _STRUCTURED:
        return _from_object(shape, value)
    if shape.type_name == "list":
        return [from_json(shape.member, item) for item in _list(value)]
    if shape.type_name == "timestamp":
        return timestamp(value)
    return _scalar(shape.type_name, value)


def _from_object(shape: Any, value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        raise serialization_error("Start of list found where not expected")
    if not isinstance(value, dict):
        raise serialization_error("Unexpected field type")
    if shape.type_name == "map":
        return {key: from_json(shape.value, item) for key, item in value.items()}
    members = ((name, member, member.serialization.get("name", name)) for name, member in shape.members.items())
    return {name: from_json(member, value[wire]) for name, member, wire in members if value.get(wire) is not None}


def _list(value: Any) -> list[Any]:
    if isinstance(value, dict):
        raise serialization_error("Start of structure or map found where not expected.")
    if not isinstance(value, list):
        raise serialization_error("Expected list or null")
    return value


def _scalar(type_name: str, value: Any) -> Any:
    if isinstance(value, dict):
        raise serialization_error("Start of structure or map found where not expected.")
    wanted = _JAVA_TYPES[type_name]
    if isinstance(value, list):
        raise serialization_error(f"Unrecognized collection type class java.lang.{wanted.split()[1]}")
    typed = isinstance(value, _PYTHON_TYPES[type_name]) and isinstance(value, bool) == (type_name == "boolean")
    if not typed:
        raise serialization_error(f"{_token(value)} can not be converted to {wanted}")
    if type_name == "blob":
        return decoded_blob(value)
    return int(value) if type_name in ("integer", "long") else value


def _token(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    if isinstance(value, str):
        return "STRING_VALUE"
    return "NUMBER_VALUE" if isinstance(value, int) else "DECIMAL_VALUE"


def decoded_blob(text: str) -> bytes:
    """The bytes of a blob. Raises SerializationException."""
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        # Unconfirmed: the wording.
        raise serialization_error(f"A value is not base64: {error}") from None


def timestamp(value: Any) -> Any:
    """A time in any of the forms that AWS's protocols have. Raises SerializationException."""
    from botocore.utils import parse_timestamp

    try:
        return parse_timestamp(value)
    except (ValueError, TypeError, OverflowError, AttributeError, RuntimeError):
        raise serialization_error(f"{value!r} is not a timestamp") from None
