"""Requests of AWS's protocols read into the operation's modelled parameters."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from sandbox.control_plane.service import AwsError
from sandbox.control_plane.service_model import rest_operation, service_model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import OperationModel, Shape, StructureShape

    from sandbox.http import HttpRequest


def parse_request(service: str, request: HttpRequest) -> tuple[OperationModel, dict[str, Any]]:
    """The operation that a request asks of a service, and its parameters by botocore's member names.

    Raises AwsError where no operation of the service has this form, or the body cannot be read.
    """
    protocol = service_model(service).metadata["protocol"]
    if protocol == "rest-json":
        return _parse_rest_json(service, request)
    if protocol == "query":
        return _parse_query(service, request)
    return _parse_json(service, request)


def _parse_rest_json(service: str, request: HttpRequest) -> tuple[OperationModel, dict[str, Any]]:
    found = rest_operation(service, request.method, request.target)
    if found is None:
        message = f"Unable to determine the {service} operation of {request.method} {request.path}"
        raise AwsError("UnknownOperationException", message, 404)
    operation, labels = found
    shape = operation.input_shape
    if shape is None:
        return operation, {}
    query = parse_qsl(request.query, keep_blank_values=True)
    params: dict[str, Any] = {}
    body_members: dict[str, Shape] = {}
    payload = shape.serialization.get("payload")
    modelled = {str(member.serialization.get("name", name)) for name, member in shape.members.items()}
    for name, member in shape.members.items():
        location = member.serialization.get("location")
        wire = str(member.serialization.get("name", name))
        value: Any = None
        if location == "uri":
            value = _scalar(member, labels[wire]) if wire in labels else None
        elif location == "querystring":
            value = _from_query(member, wire, query, modelled)
        elif location == "header":
            text = request.header(wire)
            value = _scalar(member, text) if text else None
        elif location == "headers":
            value = {
                key[len(wire) :]: text for key, text in request.headers if key.lower().startswith(wire.lower())
            } or None
        elif name != payload:
            body_members[wire] = member
            continue
        if value is not None:
            params[name] = value
    if payload is not None:
        member = shape.members[payload]
        if member.type_name == "blob":
            params[payload] = request.body
        elif member.type_name == "string":
            params[payload] = request.body.decode()
        elif request.body:
            params[payload] = from_json(member, _json_body(request.body))
    elif body_members and request.body:
        document = _json_body(request.body)
        if not isinstance(document, dict):
            raise AwsError("SerializationException", "Start of structure or map found where not expected.")
        names = {str(member.serialization.get("name", name)): name for name, member in shape.members.items()}
        for wire, member in body_members.items():
            if document.get(wire) is not None:
                params[names[wire]] = from_json(member, document[wire])
    return operation, params


def _from_query(shape: Any, wire: str, query: list[tuple[str, str]], modelled: set[str]) -> Any:  # noqa: ANN401
    if shape.type_name == "map":
        return {key: value for key, value in query if key not in modelled} or None
    values = [value for key, value in query if key == wire]
    if not values:
        return None
    if shape.type_name == "list":
        return [_scalar(shape.member, value) for value in values]
    return _scalar(shape, values[0])


def _parse_query(service: str, request: HttpRequest) -> tuple[OperationModel, dict[str, Any]]:
    text = request.body.decode() if request.body else request.query
    form = dict(parse_qsl(text, keep_blank_values=True))
    model = service_model(service)
    action = form.get("Action", "")
    if action not in model.operation_names:
        message = f"Could not find operation {action} for version {form.get('Version', model.api_version)}"
        raise AwsError("InvalidAction", message)
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


def _form_value(shape: Any, form: Mapping[str, str], key: str) -> Any:  # noqa: ANN401 - botocore's shapes by type name
    if shape.type_name == "list":
        base = (
            key if shape.serialization.get("flattened") else f"{key}.{shape.member.serialization.get('name', 'member')}"
        )
        values = []
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
    document = _json_body(request.body) if request.body else {}
    return operation, from_json(operation.input_shape, document) if operation.input_shape else {}


def _json_body(body: bytes) -> Any:  # noqa: ANN401 - any JSON
    try:
        return json.loads(body)
    except ValueError as error:
        raise AwsError("SerializationException", f"The request body is not JSON: {error}") from None


def from_json(shape: Any, value: Any) -> Any:  # noqa: ANN401 - botocore's shapes by type name
    """A JSON value as the model's shape has it: member names instead of wire names, times and blobs decoded."""
    if value is None:
        return None
    if shape.type_name == "structure":
        if getattr(shape, "is_document_type", False) or not isinstance(value, dict):
            return value
        members = ((name, member, member.serialization.get("name", name)) for name, member in shape.members.items())
        return {name: from_json(member, value[wire]) for name, member, wire in members if value.get(wire) is not None}
    if shape.type_name == "list" and isinstance(value, list):
        return [from_json(shape.member, item) for item in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {key: from_json(shape.value, item) for key, item in value.items()}
    if shape.type_name == "blob":
        return base64.b64decode(value)
    if shape.type_name == "timestamp":
        return _timestamp(value)
    return value


def _scalar(shape: Any, text: str) -> Any:  # noqa: ANN401 - botocore's shapes by type name
    try:
        if shape.type_name in ("integer", "long"):
            return int(text)
        if shape.type_name in ("float", "double"):
            return float(text)
    except ValueError:
        raise AwsError("SerializationException", f"{text!r} can not be converted to a number") from None
    if shape.type_name == "boolean":
        return text.lower() == "true"
    if shape.type_name == "blob":
        return base64.b64decode(text)
    if shape.type_name == "timestamp":
        return _timestamp(text)
    if shape.type_name == "list":
        return [part.strip() for part in text.split(",")]
    return text


def _timestamp(value: Any) -> Any:  # noqa: ANN401 - a number or a text
    from botocore.utils import parse_timestamp  # noqa: PLC0415 - botocore is not needed before the first call

    try:
        return parse_timestamp(value)
    except ValueError:
        raise AwsError("SerializationException", f"{value!r} is not a timestamp") from None
