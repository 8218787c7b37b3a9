"""AWS API calls: which service is meant, who asks, and who answers (the sandbox itself, or moto)."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from urllib.parse import parse_qs

from cross_account_sandbox.compressed import unpacked
from cross_account_sandbox.control_plane import cbor_protocol, moto_bridge
from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.control_plane.constraints import check_parameters
from cross_account_sandbox.control_plane.credentials import CredentialScope, authenticate
from cross_account_sandbox.control_plane.errors import AwsError
from cross_account_sandbox.control_plane.refusals import ApiCall, operation_on_wire
from cross_account_sandbox.control_plane.request_parser import parse_request
from cross_account_sandbox.control_plane.request_size import check_size
from cross_account_sandbox.control_plane.response_writer import write_answer, write_error
from cross_account_sandbox.control_plane.service import Call, Service, new_request_id
from cross_account_sandbox.control_plane.service_model import is_modelled, service_model
from cross_account_sandbox.control_plane.sessions import in_partition
from cross_account_sandbox.control_plane.signatures import check_signature
from cross_account_sandbox.events import ResourceChanged
from cross_account_sandbox.http import RESOURCE_HEADER, HttpRequest, HttpResponse
from cross_account_sandbox.world import World

#: The services that the sandbox answers itself, by botocore's name, and the module whose SERVICE does.
OWN_SERVICES = {
    "apigateway": "cross_account_sandbox.apigateway.service",
    "apigatewayv2": "cross_account_sandbox.apigatewayv2.service",
    "lambda": "cross_account_sandbox.functions.service",
    "ram": "cross_account_sandbox.control_plane.ram",
    "service-quotas": "cross_account_sandbox.control_plane.service_quotas",
    "sts": "cross_account_sandbox.control_plane.sts",
}
#: Signing names that are not botocore's service name.
_SIGNING_NAMES = {
    "monitoring": "cloudwatch",
    "tagging": "resourcegroupstaggingapi",
    "email": "ses",
    "servicequotas": "service-quotas",
}
#: Bytes of a compressed call's body; SDKs compress those of CloudWatch, which takes 1 MB.
_LARGEST_UNPACKED = 16 * 1024 * 1024
_DEFAULT_REGION = "us-east-1"
#: How the names of operations begin that change nothing, or that show in another way: Invoke by what the function
#: printed.
_READING = (
    "Assume", "BatchGet", "Decode", "Describe", "Export", "Filter", "Get", "Head", "Invoke", "List", "Lookup", "Query",
    "Scan", "Search", "Simulate", "Test",
)  # fmt: skip
#: The methods of a REST protocol that change something.
_WRITING_METHODS = frozenset({"DELETE", "PATCH", "POST", "PUT"})
#: Parameters that name a resource, in Lambda's, API Gateway's and RAM's spelling.
_NAMES = frozenset(
    {"ApiId", "DomainName", "FunctionName", "Name", "StageName", "domainName", "name", "restApiId", "stageName"}
)


async def answer(world: World, request: HttpRequest) -> HttpResponse:
    """AWS's answer to an API call; a refusal is an answer in the service's own form."""
    request_id = new_request_id()
    scope = CredentialScope.of(request)
    service = service_of(request, scope)
    modelled = service if service is not None and is_modelled(service) else None
    try:
        check_size(service, request)
        if service is None or scope is None:
            code = "MissingAuthenticationToken"
            missing = AwsError(code, "Request is missing Authentication Token", 403)
            return write_error(modelled, missing, request_id=request_id)
        protocol = str(service_model(modelled).metadata["protocol"]) if modelled else ""
        caller = in_partition(authenticate(world.sessions, scope, protocol), scope.region)
        if not caller.conventional:
            check_signature(world.sessions, request, scope, protocol)
        if service in OWN_SERVICES:
            return await _own(world, service, _uncompressed(request), caller, scope.region, request_id)
        _refuse(world, service, operation_on_wire(request), caller, scope.region, request)
        return await _by_moto(world, service, _uncompressed(scope.in_header(request)), caller, scope.region)
    except AwsError as error:
        if cbor_protocol.is_cbor(request):
            return cbor_protocol.write_error(error)
        return write_error(modelled, error, request_id=request_id)


async def _by_moto(world: World, service: str, request: HttpRequest, caller: Caller, region: str) -> HttpResponse:
    if service == "logs":
        world.logs.flush()

    async def ask(request: HttpRequest) -> HttpResponse:
        try:
            response = await moto_bridge.answer(request, caller.account)
        except NotImplementedError as error:
            raise _not_answered(service, request, str(error) or request.path) from error
        if response.status == 404 and response.body.startswith(b"<!doctype html>"):
            raise _not_answered(service, request, f"{request.method} {request.path}")
        return response

    response = await (cbor_protocol.answer(service, request, ask) if cbor_protocol.is_cbor(request) else ask(request))
    if response.status < 400:
        # In a REST protocol, method and path say what was asked.
        by_path = f"{request.method} {request.path}" if request.method in _WRITING_METHODS else ""
        _tell(world, service, operation_on_wire(request) or by_path, caller, region)
    return response


def _not_answered(service: str, request: HttpRequest, what: str) -> AwsError:
    operation = request.header("X-Amz-Target").rpartition(".")[2]
    # An error that begins with the operation says which of its calls is meant.
    named = what if not operation or what.startswith(operation) else operation
    return AwsError("NotImplemented", f"{service}: this sandbox does not answer {named}", 501)


def _uncompressed(request: HttpRequest) -> HttpRequest:
    if request.header("Content-Encoding").lower() != "gzip":
        return request
    headers = tuple(pair for pair in request.headers if pair[0].lower() not in ("content-encoding", "content-length"))
    try:
        body = unpacked(request.body, "gzip", most=_LARGEST_UNPACKED)
    except ValueError as problem:
        # Unconfirmed: code and text for a body that is not what its Content-Encoding says. Reason: no AWS page shows
        # it.
        raise AwsError("SerializationException", f"The body cannot be unpacked: {problem}") from None
    return replace(request, headers=headers, body=body)


def service_of(request: HttpRequest, scope: CredentialScope | None) -> str | None:
    """The service by botocore's name; None where nothing in the request tells."""
    if scope is None:
        action = parse_qs((request.body.decode("utf-8", "replace") if request.body else request.query)[:4096])
        return "sts" if "sts" in request.header("Host") or "AssumeRole" in action.get("Action", [""])[0] else None
    if scope.service == "apigateway" and (request.path == "/v2" or request.path.startswith("/v2/")):
        return "apigatewayv2"
    return _SIGNING_NAMES.get(scope.service, scope.service)


def own_service(name: str) -> Service:
    """The table of operations of a service that the sandbox answers itself."""
    found = import_module(OWN_SERVICES[name]).SERVICE
    assert isinstance(found, Service)  # noqa: S101 - a programming error, not an input
    return found


async def _own(
    world: World, service: str, request: HttpRequest, caller: Caller, region: str, request_id: str
) -> HttpResponse:
    operation, params = parse_request(service, request)
    _refuse(world, service, operation.name, caller, region, request)
    table = own_service(service).operations
    if operation.name not in table:
        raise AwsError(
            "NotImplemented", f"{service}:{operation.name} is not one of the operations that this sandbox answers", 501
        )
    check_parameters(service, operation, params)
    call = Call(
        world=world,
        caller=caller,
        account=caller.account,
        region=region or _DEFAULT_REGION,
        operation=operation.name,
        params=params,
        request_id=request_id,
        client=request.client(),
        resource=request.header(RESOURCE_HEADER),
    )
    output = table[operation.name](call)
    if inspect.isawaitable(output):
        output = await output
    _tell(world, service, operation.name, caller, region, _target(params))
    return write_answer(service, operation, output or {}, request_id=request_id)


def _tell(world: World, service: str, operation: str, caller: Caller, region: str, target: str = "") -> None:
    """Tell of a call that was not refused, if its operation changes something."""
    if operation and not operation.startswith(_READING):
        world.events.publish(
            ResourceChanged(service=service, operation=operation, account=caller.account, region=region, target=target)
        )


def _target(params: Mapping[str, object]) -> str:
    """What the call is about: the parameters that name it, in the order of the wire."""
    return " ".join(str(value) for name, value in params.items() if name in _NAMES and isinstance(value, str))


def _refuse(world: World, service: str, operation: str, caller: Caller, region: str, request: HttpRequest) -> None:
    if world.refusal is None:
        return
    call = ApiCall(service=service, operation=operation, account=caller.account, region=region, request=request)
    if error := world.refusal(call):
        raise error
