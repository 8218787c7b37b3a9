"""AWS API calls: which service is meant, who asks, and who answers (the sandbox itself, or moto)."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from components.arns import ArnError, partition_of_region
from sandbox.control_plane import moto_bridge
from sandbox.control_plane.credentials import CredentialScope, authenticate
from sandbox.control_plane.refusals import ApiCall, operation_on_wire
from sandbox.control_plane.request_parser import parse_request
from sandbox.control_plane.response_writer import write_answer, write_error
from sandbox.control_plane.service import AwsError, Call, Service
from sandbox.control_plane.service_model import service_model
from sandbox.control_plane.sessions import OPERATOR_NAME

if TYPE_CHECKING:
    from sandbox.control_plane.callers import Caller
    from sandbox.http import HttpRequest, HttpResponse
    from sandbox.world import World

#: The services that the sandbox answers itself, by botocore's name, and the module whose SERVICE does.
OWN_SERVICES = {
    "apigateway": "sandbox.apigateway.service",
    "apigatewayv2": "sandbox.apigatewayv2.service",
    "lambda": "sandbox.functions.service",
    "sts": "sandbox.control_plane.sts",
}
#: Signing names that are not botocore's service name.
_SIGNING_NAMES = {"monitoring": "cloudwatch", "tagging": "resourcegroupstaggingapi", "email": "ses"}
_DEFAULT_REGION = "us-east-1"


async def answer(world: World, request: HttpRequest) -> HttpResponse:
    """AWS's answer to an API call; a refusal is an answer in the service's own form."""
    scope = CredentialScope.of(request)
    service = service_of(request, scope)
    modelled: str | None = service
    try:
        protocol = str(service_model(service).metadata["protocol"]) if service else ""
    except Exception:  # noqa: BLE001 - botocore's UnknownServiceError, without importing botocore here
        modelled, protocol = None, ""
    try:
        if service is None or scope is None:
            return _unsigned(modelled)
        caller = in_partition(authenticate(world, scope, protocol), scope.region)
        if service not in OWN_SERVICES:
            _refuse(world, service, operation_on_wire(request), caller, scope.region, request)
            if service == "logs":
                world.logs.flush()
            return await moto_bridge.answer(request, caller.account)
        return await _own(world, service, request, caller, scope.region)
    except AwsError as error:
        return write_error(modelled, error)


def service_of(request: HttpRequest, scope: CredentialScope | None) -> str | None:
    """The service by botocore's name; None where nothing in the request tells."""
    if scope is None:
        action = parse_qs((request.body.decode("utf-8", "replace") if request.body else request.query)[:4096])
        return "sts" if "sts" in request.header("Host") or "AssumeRole" in action.get("Action", [""])[0] else None
    if scope.service == "apigateway" and (request.path == "/v2" or request.path.startswith("/v2/")):
        return "apigatewayv2"
    return _SIGNING_NAMES.get(scope.service, scope.service)


def in_partition(caller: Caller, region: str) -> Caller:
    """The operator belongs to the partition that he calls; everybody else to his own."""
    if not caller.operator or caller.role_arn is not None:
        return caller
    try:
        partition = partition_of_region(region)
    except ArnError:
        return caller
    from dataclasses import replace

    arn = f"arn:{partition}:iam::{caller.account}:user/{OPERATOR_NAME}"
    return replace(caller, partition=partition, arn=arn)


def own_service(name: str) -> Service:
    """The table of operations of a service that the sandbox answers itself."""
    found = import_module(OWN_SERVICES[name]).SERVICE
    assert isinstance(found, Service)  # noqa: S101 - a programming error, not an input
    return found


async def _own(world: World, service: str, request: HttpRequest, caller: Caller, region: str) -> HttpResponse:
    operation, params = parse_request(service, request)
    _refuse(world, service, operation.name, caller, region, request)
    table = own_service(service).operations
    if operation.name not in table:
        message = f"{service}:{operation.name} is not one of the operations that this sandbox answers"
        msg = "NotImplemented"
        raise AwsError(msg, message, 501)
    call = Call(
        world=world,
        caller=caller,
        account=caller.account,
        region=region or _DEFAULT_REGION,
        operation=operation.name,
        params=params,
    )
    output = table[operation.name](call)
    if inspect.isawaitable(output):
        output = await output
    return write_answer(service, operation, output or {})


def _refuse(world: World, service: str, operation: str, caller: Caller, region: str, request: HttpRequest) -> None:
    if world.refusal is None:
        return
    call = ApiCall(service=service, operation=operation, account=caller.account, region=region, request=request)
    if error := world.refusal(call):
        raise error


def _unsigned(service: str | None) -> HttpResponse:
    error = AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", 403)
    return write_error(service, error)
