"""Finds the service, operation and protocol of an AWS API request, from botocore's service models."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

from cross_account_sandbox.control_plane import cbor_protocol
from cross_account_sandbox.control_plane.credentials import CredentialScope
from cross_account_sandbox.control_plane.service_model import is_modelled, rest_operation, service_model
from cross_account_sandbox.http import HttpRequest
from cross_account_sandbox.service_descriptions import shared_loader

#: Signing names that differ from botocore's service name, for the services used here; for others, every model is read.
_SIGNING_NAMES = {
    "monitoring": "cloudwatch",
    "tagging": "resourcegroupstaggingapi",
    "servicequotas": "service-quotas",
}
#: Services that share a signing name with another service, whose resource paths could look like theirs.
_BY_PATH = {"apigateway": ("/v2", "apigatewayv2"), "s3": ("/v20180820", "s3control")}
_SIGNING_NAME = re.compile(rb'"signingName"\s*:\s*"([^"]+)"')
_ENDPOINT_PREFIX = re.compile(rb'"endpointPrefix"\s*:\s*"([^"]+)"')
#: Bytes at the start of a model that contain its metadata.
_METADATA_BYTES = 4096
#: A bucket in the Host header, as boto3 sends it to `localhost` and to S3's own host names.
_BUCKET_HOST = re.compile(
    r"^(?P<bucket>[a-z0-9][a-z0-9.-]+?)\.(?:s3[.-][a-z0-9.-]*amazonaws\.com[a-z.]*|localhost)(?::\d+)?$"
)


def service_of(request: HttpRequest, scope: CredentialScope | None) -> str | None:
    """The service by botocore's name, or the signing name if botocore has none; None if the request names neither."""
    if scope is None:
        action = parse_qs((request.body.decode("utf-8", "replace") if request.body else request.query)[:4096])
        return "sts" if "sts" in request.header("Host") or "AssumeRole" in action.get("Action", [""])[0] else None
    signed = scope.service
    if signed in _SIGNING_NAMES:
        return _SIGNING_NAMES[signed]
    prefix, sibling = _BY_PATH.get(signed, ("", ""))
    if prefix and (request.path == prefix or request.path.startswith(f"{prefix}/")):
        return sibling
    if is_modelled(signed) and operation_of(signed, request):
        return signed
    others = [name for name in _signed_as().get(signed, ()) if name != signed]
    meant = next((name for name in others if operation_of(name, request)), None)
    return meant or (signed if is_modelled(signed) or not others else others[0])


def protocol_of(service: str, request: HttpRequest) -> str:
    """The protocol of a request: several services support more than one."""
    metadata = service_model(service).metadata
    usual = str(metadata["protocol"])
    spoken = usual
    if cbor_protocol.is_cbor(request):
        spoken = "smithy-rpc-v2-cbor"
    elif request.header("X-Amz-Target"):
        spoken = "json"
    elif "x-www-form-urlencoded" in request.header("Content-Type"):
        spoken = "query"
    return spoken if spoken in metadata.get("protocols", ()) else usual


def operation_of(service: str, request: HttpRequest) -> str:
    """The operation by AWS's name; empty if the service has no model, or its model has no operation for the request."""
    if not is_modelled(service):
        return ""
    model = service_model(service)
    match protocol_of(service, request):
        case "smithy-rpc-v2-cbor":
            name = cbor_protocol.operation_on_wire(request)
        case "json":
            prefix, _, name = request.header("X-Amz-Target").rpartition(".")
            if prefix != model.metadata.get("targetPrefix"):
                return ""
        case "query" | "ec2":
            name = _action(request)
        case _:
            found = rest_operation(service, request.method, _target(service, request), request.headers)
            return found[0].name if found else ""
    return name if name in model.operation_names else ""


def name_on_wire(request: HttpRequest) -> str:
    """The operation name in a request, for an operation that is in no model."""
    said = request.header("X-Amz-Target").rpartition(".")[2] or cbor_protocol.operation_on_wire(request)
    return said or _action(request) or f"{request.method} {request.path}"


def _action(request: HttpRequest) -> str:
    form = "x-www-form-urlencoded" in request.header("Content-Type")
    text = request.body.decode("utf-8", "replace") if form else request.query
    return parse_qs(text).get("Action", [""])[0]


def _target(service: str, request: HttpRequest) -> str:
    bucket = _BUCKET_HOST.match(request.header("Host")) if service == "s3" else None
    return f"/{bucket['bucket']}{request.target}" if bucket else request.target


@cache
def _signed_as() -> dict[str, list[str]]:
    """The services of each signing name, read once from the beginning of every model if needed (0.2 s)."""
    services: dict[str, list[str]] = {}
    for name in shared_loader().list_available_services("service-2"):
        for folder in shared_loader().search_paths:
            for model in sorted((Path(folder) / name).glob("*/service-2.json*"))[-1:]:
                with gzip.open(model) if model.suffix == ".gz" else model.open("rb") as opened:
                    head = opened.read(_METADATA_BYTES)
                if found := _SIGNING_NAME.search(head) or _ENDPOINT_PREFIX.search(head):
                    services.setdefault(found[1].decode().lower(), []).append(name)
    return services
