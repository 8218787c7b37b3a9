"""Dispatches AWS API calls: finds the service and the caller, and passes the call to the sandbox itself or to moto."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module

from cross_account_sandbox.compressed import unpacked
from cross_account_sandbox.control_plane import cbor_protocol, moto_calls
from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.control_plane.constraints import check_parameters
from cross_account_sandbox.control_plane.credentials import CredentialScope, authenticate
from cross_account_sandbox.control_plane.errors import AwsError, not_implemented
from cross_account_sandbox.control_plane.operation_names import (
    name_on_wire,
    operation_of,
    protocol_of,
    service_of,
)
from cross_account_sandbox.control_plane.refusals import ApiCall
from cross_account_sandbox.control_plane.request_parser import parse_request
from cross_account_sandbox.control_plane.request_size import check_size
from cross_account_sandbox.control_plane.response_writer import write_answer, write_error
from cross_account_sandbox.control_plane.service import Call, Service, new_request_id
from cross_account_sandbox.control_plane.service_model import is_modelled
from cross_account_sandbox.control_plane.sessions import in_partition
from cross_account_sandbox.control_plane.signatures import check_region, check_signature
from cross_account_sandbox.events import ResourceChanged, SandboxFailed
from cross_account_sandbox.http import RESOURCE_HEADER, HttpRequest, HttpResponse
from cross_account_sandbox.world import World

#: The services that the sandbox implements itself, by botocore's name, and the module whose SERVICE implements each.
OWN_SERVICES = {
    "apigateway": "cross_account_sandbox.apigateway.service",
    "apigatewayv2": "cross_account_sandbox.apigatewayv2.service",
    "lambda": "cross_account_sandbox.functions.service",
    "ram": "cross_account_sandbox.control_plane.ram",
    "service-quotas": "cross_account_sandbox.control_plane.service_quotas",
    "sts": "cross_account_sandbox.control_plane.sts",
}
#: The largest body of a compressed call, in bytes. SDKs compress calls to CloudWatch, which accepts 1 MB.
_LARGEST_UNPACKED = 16 * 1024 * 1024
_DEFAULT_REGION = "us-east-1"
#: Prefixes of operations that change nothing or are shown in another way, such as Invoke by the function's output.
_READING = (
    "Assume", "BatchGet", "Decode", "Describe", "Export", "Filter", "Get", "Head", "Invoke", "List", "Lookup", "Query",
    "Scan", "Search", "Simulate", "Test",
)  # fmt: skip
#: The HTTP methods that change something in a REST protocol.
_WRITING_METHODS = frozenset({"DELETE", "PATCH", "POST", "PUT"})
#: Parameters that name a resource, as Lambda, API Gateway and RAM spell them.
_NAMES = frozenset(
    {"ApiId", "DomainName", "FunctionName", "Name", "StageName", "domainName", "name", "restApiId", "stageName"}
)


async def answer(world: World, request: HttpRequest) -> HttpResponse:
    """Return AWS's response to an API call; an error is a response in the service's own format."""
    request_id = new_request_id()
    scope = CredentialScope.of(request)
    service = service_of(request, scope)
    modelled = service if service is not None and is_modelled(service) else None
    protocol = protocol_of(modelled, request) if modelled else ""
    try:
        return await _answered(world, request, service, scope, request_id)
    except AwsError as error:
        refused = error
    except Exception:  # noqa: BLE001 - a fault of the sandbox is answered in the service's protocol, so that SDKs show it
        operation = (modelled and operation_of(modelled, request)) or name_on_wire(request)
        world.events.publish(SandboxFailed(request=f"{service}:{operation}", traceback=traceback.format_exc()))
        refused = AwsError(
            "InternalFailure", f"The sandbox failed at {service}:{operation}: its log has the traceback.", 500
        )
    if cbor_protocol.is_cbor(request):
        return cbor_protocol.write_error(refused)
    return write_error(modelled, refused, request_id=request_id, protocol=protocol)


async def _answered(
    world: World, request: HttpRequest, service: str | None, scope: CredentialScope | None, request_id: str
) -> HttpResponse:
    check_size(service, request)
    if service is None or scope is None:
        raise AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
    protocol = protocol_of(service, request) if is_modelled(service) else ""
    caller = in_partition(authenticate(world.sessions, scope, protocol), scope.region)
    if not caller.conventional:
        check_signature(world.sessions, request, scope, protocol)
    if service in OWN_SERVICES:
        check_region(scope, protocol)
        return await _own(world, service, _uncompressed(request), caller, scope.region, request_id)
    return await _by_moto(world, service, _uncompressed(scope.in_header(request)), caller, scope.region)


async def _by_moto(world: World, service: str, request: HttpRequest, caller: Caller, region: str) -> HttpResponse:
    operation = operation_of(service, request)
    _refuse(world, service, operation, caller, region, request)
    response = await moto_calls.answer(world, service, request, caller)
    if response.status < 400:
        unnamed = name_on_wire(request) if request.method in _WRITING_METHODS else ""
        _tell(world, service, operation or unnamed, caller, region)
    return response


def _uncompressed(request: HttpRequest) -> HttpRequest:
    if request.header("Content-Encoding").lower() != "gzip":
        return request
    headers = tuple(pair for pair in request.headers if pair[0].lower() not in ("content-encoding", "content-length"))
    try:
        body = unpacked(request.body, "gzip", most=_LARGEST_UNPACKED)
    except ValueError as problem:
        # Unconfirmed: the code and message for a body that does not match its Content-Encoding. Reason: no AWS page
        # shows it.
        raise AwsError("SerializationException", f"The body cannot be unpacked: {problem}") from None
    return replace(request, headers=headers, body=body)


def own_service(name: str) -> Service:
    """The table of operations of a service that the sandbox implements itself."""
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
        raise not_implemented(service, operation.name)
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
    try:
        output = table[operation.name](call)
        if inspect.isawaitable(output):
            output = await output
    except AwsError as error:
        if error.status == 501 and operation.name not in error.message:
            # The error is about a member of an implemented call, so it names the operation too.
            raise AwsError(error.code, f"{service}:{operation.name}: {error.message}", 501) from None
        raise
    _tell(world, service, operation.name, caller, region, _target(params))
    return write_answer(service, operation, output or {}, request_id=request_id)


def _tell(world: World, service: str, operation: str, caller: Caller, region: str, target: str = "") -> None:
    """Publish an event for a successful call if its operation changes something."""
    if operation and not operation.startswith(_READING):
        world.events.publish(
            ResourceChanged(service=service, operation=operation, account=caller.account, region=region, target=target)
        )


def _target(params: Mapping[str, object]) -> str:
    """The target of the call: the parameters that name it, in wire order."""
    return " ".join(str(value) for name, value in params.items() if name in _NAMES and isinstance(value, str))


def _refuse(world: World, service: str, operation: str, caller: Caller, region: str, request: HttpRequest) -> None:
    if world.refusal is None:
        return
    call = ApiCall(service=service, operation=operation, account=caller.account, region=region, request=request)
    if error := world.refusal(call):
        raise error
