"""Smithy RPC v2 over CBOR, which moto does not support, for services that moto answers in the query or JSON protocol.

A request is decoded and sent to moto in the other protocol, and moto's response is encoded again, all with botocore's
own serializers, parsers and models. Source: smithy.io, "Smithy RPC v2 CBOR protocol".
"""

from __future__ import annotations

import io
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from cross_account_sandbox.control_plane.errors import AwsError, not_implemented
from cross_account_sandbox.control_plane.service_model import service_model
from cross_account_sandbox.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from botocore.model import OperationModel

_PATH = re.compile(r"^/service/[^/]+/operation/(?P<operation>[^/]+)/?$")
_HEADERS = [("smithy-protocol", "rpc-v2-cbor"), ("Content-Type", "application/cbor")]


def is_cbor(request: HttpRequest) -> bool:
    """Return True if a request uses this protocol."""
    return request.header("smithy-protocol") == "rpc-v2-cbor" and _PATH.match(request.path) is not None


def operation_on_wire(request: HttpRequest) -> str:
    """The operation that a request of this protocol names; empty for other protocols."""
    match = _PATH.match(request.path)
    return match["operation"] if match and is_cbor(request) else ""


async def answer(
    service: str, request: HttpRequest, ask: Callable[[HttpRequest], Awaitable[HttpResponse]]
) -> HttpResponse:
    """Answer a CBOR request with a service that supports the query or the JSON protocol."""
    from botocore.parsers import create_parser

    name = operation_on_wire(request)
    model = service_model(service)
    if name not in model.operation_names:
        return write_error(
            AwsError("UnknownOperationException", f"The operation {name!r} is not one of {service}", 404)
        )
    operation = model.operation_model(name)
    shape: Any = operation.output_shape
    spoken = next((protocol for protocol in ("query", "json") if protocol in model.metadata.get("protocols", ())), None)
    if spoken is None:
        raise not_implemented(service, name)
    answered = await ask(_translated(operation, request, spoken))
    parsed = create_parser(spoken).parse(
        {"status_code": answered.status, "headers": dict(answered.headers), "body": answered.body},
        shape,
    )
    if answered.status >= 300:
        error = parsed.get("Error", {})
        return write_error(AwsError(str(error.get("Code")), str(error.get("Message")), answered.status))
    parsed.pop("ResponseMetadata", None)
    return HttpResponse(status=200, headers=list(_HEADERS), body=_encode(shape, parsed))


def write_error(error: AwsError) -> HttpResponse:
    """Serialize an error in this protocol."""
    from botocore.model import DenormalizedStructureBuilder

    text = {"type": "string"}
    shape = DenormalizedStructureBuilder().with_members({"__type": text, "message": text}).build_model()
    body = _encode(shape, {"__type": error.code, "message": error.message})
    return HttpResponse(status=error.status, headers=list(_HEADERS), body=body)


def _translated(operation: OperationModel, request: HttpRequest, spoken: str) -> HttpRequest:
    from botocore.parsers import RpcV2CBORParser
    from botocore.serialize import create_serializer

    params: Any = {}
    if request.body:
        reader: Any = io.BufferedReader(io.BytesIO(request.body))
        params = RpcV2CBORParser().parse_data_item(reader)
    written: Any = create_serializer(spoken, include_validation=False).serialize_to_request(params, operation)
    headers = [pair for pair in request.headers if pair[0].lower() not in ("content-type", "smithy-protocol", "accept")]
    body = written["body"]
    return HttpRequest(
        method="POST",
        target="/",
        headers=(*headers, *written["headers"].items()),
        body=urlencode(body).encode() if spoken == "query" else body,
        peer=request.peer,
        protocol=request.protocol,
    )


def _encode(shape: Any, value: Any) -> bytes:
    from botocore.serialize import RpcV2CBORSerializer

    if shape is None:
        return b"\xbf\xff"
    encoded = bytearray()
    serializer: Any = RpcV2CBORSerializer()
    serializer._serialize_data_item(encoded, value, shape)  # noqa: SLF001 - botocore has no public one
    return bytes(encoded)
