"""Serializes responses and errors in each of AWS's protocols, by botocore's service model."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.service_model import service_model
from cross_account_sandbox.http import HttpResponse

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape


def write_answer(
    service: str, operation: OperationModel, output: Mapping[str, Any], *, request_id: str
) -> HttpResponse:
    """Serialize the response of an operation, with the model's status."""
    protocol = service_model(service).metadata["protocol"]
    if protocol == "rest-json":
        return _write_rest_json(operation, output, request_id)
    if protocol == "query":
        return _write_query(service, operation, output, request_id)
    shape = operation.output_shape
    version = service_model(service).metadata.get("jsonVersion", "1.1")
    body = json.dumps(to_json(shape, output) if shape else {}).encode()
    return HttpResponse(
        status=200,
        headers=[*_id(request_id), ("Content-Type", f"application/x-amz-json-{version}")],
        body=body,
    )


def write_error(service: str | None, error: AwsError, *, request_id: str, protocol: str = "") -> HttpResponse:
    """Serialize an error in the request's protocol, or in the service's default one; in XML if the service is unknown.

    The status is the error's own, or else the one that the service's model defines for this code.
    """
    if service is None:
        return _write_xml_error(None, error, error.status, request_id)
    model = service_model(service)
    protocol = protocol or str(model.metadata["protocol"])
    shape: Any = next((known for known in model.error_shapes if error.code in (_error_code(known), known.name)), None)
    status = error.status
    if shape is not None and status == 400:
        status = int(shape.metadata.get("error", {}).get("httpStatusCode", status))
    if protocol not in ("rest-json", "json"):
        return _write_xml_error("s3" if service == "s3" else protocol, error, status, request_id)
    members = shape.members if shape else {}
    wire = {name: str(member.serialization.get("name", name)) for name, member in members.items()}
    spelling = next((wire[name] for name in members if name.lower() == "message"), "message")
    body = {spelling: error.message} | {wire.get(key, key): value for key, value in error.fields.items()}
    if "Type" in members:
        body = {"Type": "User" if status < 500 else "Service", **body}
    # None marks a member that AWS omits from an error.
    body = {name: value for name, value in body.items() if value is not None}
    if protocol == "json":
        version = model.metadata.get("jsonVersion", "1.1")
        content_type = ("Content-Type", f"application/x-amz-json-{version}")
        return HttpResponse(
            status=status,
            headers=[*_id(request_id), content_type],
            body=json.dumps({"__type": error.code, **body}).encode(),
        )
    headers = [*_id(request_id), ("Content-Type", "application/json"), ("x-amzn-ErrorType", error.code)]
    return HttpResponse(status=status, headers=headers, body=json.dumps(body).encode())


def _error_code(shape: Shape) -> str:
    # Query services use an error code that differs from the shape's name (`InvalidClientTokenId`, `NoSuchEntity`).
    return str(shape.metadata.get("error", {}).get("code", shape.name))


def _id(request_id: str) -> list[tuple[str, str]]:
    return [("x-amzn-RequestId", request_id)]


def _write_rest_json(operation: OperationModel, output: Mapping[str, Any], request_id: str) -> HttpResponse:
    status = int(operation.http.get("responseCode", 200))
    headers = _id(request_id)
    shape = operation.output_shape
    if shape is None:
        return HttpResponse(status=status, headers=headers)
    payload = shape.serialization.get("payload")
    body: dict[str, Any] = {}
    for name, member in shape.members.items():
        value = output.get(name)
        if value is None or name == payload:
            continue
        location = member.serialization.get("location")
        wire = str(member.serialization.get("name", name))
        if location == "statusCode":
            status = int(value)
        elif location == "header":
            headers.append((wire, _header_text(member, value)))
        elif location == "headers":
            headers.extend((f"{wire}{key}", str(text)) for key, text in value.items())
        else:
            body[wire] = to_json(member, value)
    if payload is not None:
        content = output.get(payload)
        if shape.members[payload].type_name in ("blob", "string"):
            raw = content.encode() if isinstance(content, str) else bytes(content or b"")
            if not any(name.lower() == "content-type" for name, _ in headers):
                headers.append(("Content-Type", "application/json"))
            return HttpResponse(status=status, headers=headers, body=raw)
        body = to_json(shape.members[payload], content or {})
    elif status == 204:
        return HttpResponse(status=status, headers=headers)
    headers.append(("Content-Type", "application/json"))
    return HttpResponse(status=status, headers=headers, body=json.dumps(body).encode())


def to_json(shape: Any, value: Any) -> Any:
    """Convert a modelled value to JSON: wire names, times in the model's format, blobs as base64; None is left out."""
    if value is None:
        return None
    if shape.type_name == "structure":
        if getattr(shape, "is_document_type", False):
            return value
        members = ((name, member, member.serialization.get("name", name)) for name, member in shape.members.items())
        return {wire: to_json(member, value[name]) for name, member, wire in members if value.get(name) is not None}
    if shape.type_name == "list":
        return [to_json(shape.member, item) for item in value]
    if shape.type_name == "map":
        return {str(key): to_json(shape.value, item) for key, item in value.items()}
    if shape.type_name == "blob":
        return base64.b64encode(value.encode() if isinstance(value, str) else value).decode()
    if shape.type_name == "timestamp":
        return _time(value, shape.serialization.get("timestampFormat", "unixTimestamp"))
    return value


def _header_text(shape: Shape, value: Any) -> str:
    if shape.type_name == "timestamp":
        return str(_time(value, shape.serialization.get("timestampFormat", "rfc822")))
    if shape.type_name == "boolean":
        return str(value).lower()
    return str(value)


def _time(value: datetime | float | str, form: str) -> str | int | float:
    if not isinstance(value, datetime):
        return value
    moment = value if value.tzinfo else value.replace(tzinfo=UTC)
    if form == "iso8601":
        return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if form == "rfc822":
        return format_datetime(moment.astimezone(UTC), usegmt=True)
    seconds = moment.timestamp()
    return int(seconds) if seconds.is_integer() else round(seconds, 3)


def _write_query(service: str, operation: OperationModel, output: Mapping[str, Any], request_id: str) -> HttpResponse:
    model = service_model(service)
    namespace = model.metadata.get("xmlNamespace", "")
    shape = operation.output_shape
    name = operation.name
    result = ""
    if shape is not None:
        wrapper = shape.serialization.get("resultWrapper", f"{name}Result")
        result = f"<{wrapper}>{_xml_members(shape, output)}</{wrapper}>"
    body = (
        f'<{name}Response xmlns="{namespace}">{result}'
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{name}Response>"
    )
    headers = [("x-amzn-RequestId", request_id), ("Content-Type", "text/xml")]
    return HttpResponse(status=200, headers=headers, body=body.encode())


def _xml_members(shape: Any, value: Mapping[str, Any]) -> str:
    return "".join(
        _xml(member, str(member.serialization.get("name", name)), value[name])
        for name, member in shape.members.items()
        if value.get(name) is not None
    )


def _xml(shape: Any, tag: str, value: Any) -> str:
    if shape.type_name == "structure":
        return f"<{tag}>{_xml_members(shape, value)}</{tag}>"
    if shape.type_name == "list":
        inner = str(shape.member.serialization.get("name", "member"))
        return f"<{tag}>{''.join(_xml(shape.member, inner, item) for item in value)}</{tag}>"
    if shape.type_name == "boolean":
        text = str(value).lower()
    elif shape.type_name == "timestamp":
        text = str(_time(value, shape.serialization.get("timestampFormat", "iso8601")))
    else:
        text = str(value)
    return f"<{tag}>{escape(text)}</{tag}>"


def _write_xml_error(protocol: str | None, error: AwsError, status: int, request_id: str) -> HttpResponse:
    code, message = escape(error.code), escape(error.message)
    if protocol == "ec2":
        body = (
            f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
            f"<RequestID>{request_id}</RequestID></Response>"
        )
    elif protocol == "s3":
        body = f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>{request_id}</RequestId></Error>"
    else:
        sender = "Sender" if status < 500 else "Receiver"
        body = (
            f"<ErrorResponse><Error><Type>{sender}</Type><Code>{code}</Code><Message>{message}</Message></Error>"
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
    headers = [("x-amzn-RequestId", request_id), ("Content-Type", "text/xml")]
    return HttpResponse(status=status, headers=headers, body=f'<?xml version="1.0" encoding="UTF-8"?>\n{body}'.encode())
