"""Reads JSON values with the types of a service's model. Values of other types are refused as by AWS's parser."""

from __future__ import annotations

import base64
import binascii
import json
import math
from dataclasses import dataclass
from typing import Any

from cross_account_sandbox.control_plane.errors import ErrorKind

serialization_error = ErrorKind("SerializationException", 400)

_STRUCTURED = ("structure", "map")
_JAVA_TYPES = {
    "boolean": "Boolean",
    "double": "Double",
    "float": "Float",
    "integer": "Integer",
    "long": "Long",
    "string": "String",
    "blob": "ByteBuffer",
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
    """Parse a JSON body. Raises SerializationException."""
    try:
        return json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise serialization_error(f"The request body is not JSON: {error}") from None


def _no_constant(name: str) -> None:
    # Python accepts Infinity and NaN, which are not valid JSON.
    raise ValueError(f"{name} is not a JSON value")


@dataclass(frozen=True, kw_only=True, slots=True)
class JsonReader:
    """Reads values of one protocol, `rest-json` or `json`; their messages about wrong types differ."""

    protocol: str

    def read(self, shape: Any, value: Any) -> Any:
        """Convert a JSON value to the model's shape: member names instead of wire names, times and blobs decoded.

        Raises SerializationException for a value of another type.
        """
        if value is None or getattr(shape, "is_document_type", False):
            return value
        if shape.type_name in _STRUCTURED:
            return self._read_object(shape, value)
        if shape.type_name == "list":
            return [self.read(shape.member, item) for item in _list(value)]
        if shape.type_name == "timestamp":
            return timestamp(value)
        return self._read_scalar(shape.type_name, value)

    def _read_object(self, shape: Any, value: Any) -> dict[str, Any]:
        if isinstance(value, list):
            raise serialization_error("Start of list found where not expected")
        if not isinstance(value, dict):
            raise serialization_error("Unexpected field type")
        if shape.type_name == "map":
            return {key: self.read(shape.value, item) for key, item in value.items()}
        members = ((name, member, member.serialization.get("name", name)) for name, member in shape.members.items())
        return {name: self.read(member, value[wire]) for name, member, wire in members if value.get(wire) is not None}

    def _read_scalar(self, type_name: str, value: Any) -> Any:
        if isinstance(value, dict):
            raise serialization_error("Start of structure or map found where not expected.")
        if isinstance(value, list):
            raise serialization_error(f"Unrecognized collection type class java.lang.{_JAVA_TYPES[type_name]}")
        typed = isinstance(value, _PYTHON_TYPES[type_name]) and isinstance(value, bool) == (type_name == "boolean")
        if not typed:
            raise serialization_error(self._wrong_type(value, _JAVA_TYPES[type_name]))
        if type_name == "blob":
            return decoded_blob(value)
        if value in (math.inf, -math.inf):
            # Unconfirmed: the text for a number beyond a double's range, such as 1e999. Reason: no AWS page shows it.
            raise serialization_error(f"{value} can not be converted to a number")
        return int(value) if type_name in ("integer", "long") else value

    def _wrong_type(self, value: object, wanted: str) -> str:
        # Recorded for a boolean and a number (API Gateway), and for a string in the JSON protocol (CodeDeploy).
        if self.protocol == "rest-json":
            return f"class {_java_class(value)} can not be converted to an {wanted}"
        return f"{_token(value)} can not be converted to {'an' if wanted[0] in 'AEIOU' else 'a'} {wanted}"


def _list(value: Any) -> list[Any]:
    if isinstance(value, dict):
        raise serialization_error("Start of structure or map found where not expected.")
    if not isinstance(value, list):
        raise serialization_error("Expected list or null")
    return value


def _java_class(value: object) -> str:
    if isinstance(value, bool):
        return "java.lang.Boolean"
    return "java.lang.String" if isinstance(value, str) else "com.amazon.coral.value.json.numbers.TruncatingBigNumber"


def _token(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    if isinstance(value, str):
        return "STRING_VALUE"
    return "NUMBER_VALUE" if isinstance(value, int) else "DECIMAL_VALUE"


def decoded_blob(text: str) -> bytes:
    """Decode a blob. Raises SerializationException."""
    try:
        return base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        # Unconfirmed: the message for a blob that is not base64. Reason: only the code is known.
        raise serialization_error(f"A value is not base64: {error}") from None


def timestamp(value: Any) -> Any:
    """Parse a time in any format of AWS's protocols. Raises SerializationException."""
    from botocore.utils import parse_timestamp

    try:
        return parse_timestamp(value)
    except (ValueError, TypeError, OverflowError, AttributeError, RuntimeError):
        raise serialization_error(f"{value!r} is not a timestamp") from None
