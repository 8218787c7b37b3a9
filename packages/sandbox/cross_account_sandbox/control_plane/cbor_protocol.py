"""Smithy RPC v2 over CBOR, for services that moto answers by the query protocol only (CloudWatch).

A request is decoded, sent to moto as a query request, and moto's XML answer encoded again; all three by
botocore's own serialisers, parsers and models. Source: smithy.io, "Smithy RPC v2 CBOR protocol".
"""

from __future__ import annotations

import io
import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.service_model import service_model
from cross_account_sandbox.http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from botocore.model import OperationModel

_PATH = re.compile(r"^/service/[^/]+/operation/(?P<operation>[^/]+)/?$")
_HEADERS = [("smithy-protocol", "rpc-v2-cbor"), ("Content-Type", "application/cbor")]


def is_cbor(request: HttpRequest) -> bool:
    """Whether a request speaks this protocol."""
    return request.header("smithy-protocol") == "rpc-v2-cbor" and _PATH.match(request.path) is not None


async def answer(
    service: str, request: HttpRequest, by_query: Callable[[HttpRequest], Awaitable[HttpResponse]]
) -> HttpResponse:
    """The answer to a CBOR request, from a service that understands the query protocol."""
    from botocore.parsers import create_parser

    match = _PATH.match(request.path)
    name = match["operation"] if match else ""
    model = service_model(service)
    if name not in model.operation_names:
        return write_error(
            AwsError("UnknownOperationException", f"The operation {name!r} is not one of {service}", 404)
        )
    operation = model.operation_model(name)
    shape: Any = operation.output_shape
    answered = await by_query(_query_request(operation, request))
    parsed = create_parser("query").parse(
        {"status_code": answered.status, "headers": dict(answered.headers), "body": answered.body},
        shape,
    )
    if answered.status >= 300:
        error = parsed.get("Error", {})
        return write_error(AwsError(str(error.get("Code")), str(error.get("Message")), answered.status))
    parsed.pop("ResponseMetadata", None)
    return HttpResponse(status=200, headers=list(_HEADERS), body=_encode(shape, parsed))


def write_error(error: AwsError) -> HttpResponse:
    """A refusal in this protocol."""
    from botocore.model import DenormalizedStructureBuilder

    text = {"type": "string"}
    shape = DenormalizedStructureBuilder().with_members({"__type": text, "message": text}).build_model()
    body = _encode(shape, {"__type": error.code, "message": error.message})
    return HttpResponse(status=error.status, headers=list(_HEADERS), body=body)


def _query_request(operation: OperationModel, request: HttpRequest) -> HttpRequest:
    from botocore.parsers import RpcV2CBORParser
    from botocore.serialize import create_serializer

    params: Any = {}
    if request.body:
        reader: Any = io.BufferedReader(io.BytesIO(request.body))
        params = RpcV2CBORParser().parse_data_item(reader)
    form = create_serializer("query", include_validation=False).serialize_to_request(params, operation)["body"]
    headers = [pair for pair in request.headers if pair[0].lower() not in ("content-type", "smithy-protocol", "accept")]
    return HttpRequest(
        method="POST",
        target="/",
        headers=(*headers, ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")),
        body=urlencode(form).encode(),
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
