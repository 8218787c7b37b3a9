"""Parses requests in AWS's protocols into the operation's modelled parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.json_values import (
    JsonReader,
    decoded_blob,
    json_document,
    serialization_error,
    timestamp,
)
from cross_account_sandbox.control_plane.operation_names import protocol_of
from cross_account_sandbox.control_plane.service_model import rest_operation, service_model
from cross_account_sandbox.http import HttpRequest

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape, StructureShape

_REST_JSON, _JSON = JsonReader(protocol="rest-json"), JsonReader(protocol="json")


def parse_request(service: str, request: HttpRequest) -> tuple[OperationModel, dict[str, Any]]:
    """Return the operation that a request calls, and its parameters by botocore's member names.

    Raises AwsError if no operation of the service matches the request, or if the body cannot be parsed.
    """
    protocol = protocol_of(service, request)
    if protocol == "rest-json":
        return _parse_rest_json(service, request)
    if protocol == "query":
        return _parse_query(service, request)
    return _parse_json(service, request)


def _parse_rest_json(service: str, request: HttpRequest) -> tuple[OperationModel, dict[str, Any]]:
    found = rest_operation(service, request.method, request.target)
    if found is None:
        raise AwsError(
            "UnknownOperationException", f"{request.method} {request.path} is not an operation of {service}", 404
        )
    operation, labels = found
    shape = operation.input_shape
    if shape is None:
        return operation, {}
    query = parse_qsl(request.query, keep_blank_values=True)
    modelled = {_wire_name(name, member) for name, member in shape.members.items()}
    params: dict[str, Any] = {}
    for name, member in shape.members.items():
        location = member.serialization.get("location")
        wire = _wire_name(name, member)
        if location == "uri":
            params[name] = _scalar(member, labels[wire]) if wire in labels else None
        elif location == "querystring":
            params[name] = _from_query(member, wire, query, modelled)
        elif location == "header":
            params[name] = _scalar(member, request.header(wire)) if request.header(wire) else None
        elif location == "headers":
            params[name] = _prefixed(request, wire) or None
    params |= _rest_body(shape, request.body)
    return operation, {name: value for name, value in params.items() if value is not None}


def _rest_body(shape: StructureShape, body: bytes) -> dict[str, Any]:
    payload = shape.serialization.get("payload")
    if payload is not None:
        member = shape.members[payload]
        if member.type_name == "blob":
            return {payload: body}
        if member.type_name == "string":
            return {payload: _text(body)}
        return {payload: _REST_JSON.read(member, json_document(body))} if body else {}
    members = {name: member for name, member in shape.members.items() if "location" not in member.serialization}
    if not members or not body:
        return {}
    document = json_document(body)
    if not isinstance(document, dict):
        raise serialization_error("Start of structure or map found where not expected.")
    return {name: _REST_JSON.read(member, document.get(_wire_name(name, member))) for name, member in members.items()}


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise serialization_error(f"The request body is not UTF-8: {error}") from None


def _wire_name(name: str, shape: Shape) -> str:
    return str(shape.serialization.get("name", name))


def _prefixed(request: HttpRequest, prefix: str) -> dict[str, str]:
    length = len(prefix)
    return {name[length:]: text for name, text in request.headers if name.lower().startswith(prefix.lower())}


def _from_query(shape: Any, wire: str, query: list[tuple[str, str]], modelled: set[str]) -> Any:
    if shape.type_name == "map":
        return {key: value for key, value in query if key not in modelled} or None
    values = [value for key, value in query if key == wire]
    if not values:
        return None
    if shape.type_name == "list":
        return [_scalar(shape.member, value) for value in values]
    return _scalar(shape, values[0])


def _parse_query(service: str, request: HttpRequest) -> tuple[OperationModel, dict[str, Any]]:
    text = _text(request.body) if request.body else request.query
    form = dict(parse_qsl(text, keep_blank_values=True))
    model = service_model(service)
    action = form.get("Action", "")
    if action not in model.operation_names:
        raise AwsError(
            "InvalidAction", f"Could not find operation {action} for version {form.get('Version', model.api_version)}"
        )
    operation = model.operation_model(action)
    if operation.input_shape is None:
        return operation, {}
    return operation, _form_structure(operation.input_shape, form, "")


def _form_structure(shape: StructureShape, form: Mapping[str, str], prefix: str) -> dict[str, Any]:
    params: dict[str, Any] = {}
    for name, member in shape.members.items():
        value = _form_value(member, form, f"{prefix}{member.serialization.get('name', name)}")
        if value is not None:
            params[name] = value
    return params


def _form_value(shape: Any, form: Mapping[str, str], key: str) -> Any:
    if shape.type_name == "list":
        base = (
            key if shape.serialization.get("flattened") else f"{key}.{shape.member.serialization.get('name', 'member')}"
        )
        values: list[Any] = []
        while any(
            name == f"{base}.{len(values) + 1}" or name.startswith(f"{base}.{len(values) + 1}.") for name in form
        ):
            values.append(_form_value(shape.member, form, f"{base}.{len(values) + 1}"))
        return values or ([] if form.get(key) == "" else None)
    if shape.type_name == "structure":
        return _form_structure(shape, form, f"{key}.") or None
    return _scalar(shape, form[key]) if key in form else None


def _parse_json(service: str, request: HttpRequest) -> tuple[OperationModel, dict[str, Any]]:
    model = service_model(service)
    name = request.header("X-Amz-Target").rpartition(".")[2]
    if name not in model.operation_names:
        raise AwsError("UnknownOperationException", f"The operation {name!r} is not one of {service}")
    operation = model.operation_model(name)
    document = json_document(request.body) if request.body else {}
    return operation, _JSON.read(operation.input_shape, document) if operation.input_shape else {}


def _scalar(shape: Any, text: str) -> Any:
    try:
        if shape.type_name in ("integer", "long"):
            return int(text)
        if shape.type_name in ("float", "double"):
            return float(text)
    except ValueError:
        raise serialization_error(f"{text!r} can not be converted to a number") from None
    if shape.type_name == "boolean":
        return text.lower() == "true"
    if shape.type_name == "blob":
        return decoded_blob(text)
    if shape.type_name == "timestamp":
        return timestamp(text)
    if shape.type_name == "list":
        return [part.strip() for part in text.split(",")]
    return text
