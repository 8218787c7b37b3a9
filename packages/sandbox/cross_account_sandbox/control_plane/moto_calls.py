"""AWS API calls that moto answers; other calls get 501 with the operation's name."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any
from xml.parsers.expat import ExpatError

from cross_account_sandbox.control_plane import cbor_protocol, moto_bridge
from cross_account_sandbox.control_plane.callers import Caller
from cross_account_sandbox.control_plane.constraints import check_parameters
from cross_account_sandbox.control_plane.errors import AwsError, not_implemented
from cross_account_sandbox.control_plane.operation_names import name_on_wire, operation_of, protocol_of
from cross_account_sandbox.control_plane.request_parser import parse_request
from cross_account_sandbox.control_plane.service_model import is_modelled
from cross_account_sandbox.events import SandboxFailed
from cross_account_sandbox.http import HttpRequest, HttpResponse
from cross_account_sandbox.world import World

#: The beginning of Flask's own response, sent if no view of moto matches the request.
_NOT_ROUTED = b"<!doctype html>"


async def answer(world: World, service: str, request: HttpRequest, caller: Caller) -> HttpResponse:
    """Return moto's response for the caller's account. Raises AwsError (501) for an operation that moto lacks."""
    if service == "logs":
        world.logs.flush()
    if not cbor_protocol.is_cbor(request):
        return await _asked(world, service, caller)(request)
    return await cbor_protocol.answer(service, request, _asked(world, service, caller))


def _asked(world: World, service: str, caller: Caller) -> Callable[[HttpRequest], Coroutine[Any, Any, HttpResponse]]:
    async def ask(request: HttpRequest) -> HttpResponse:
        operation = operation_of(service, request) or name_on_wire(request)
        try:
            response = await moto_bridge.answer(request, caller.account)
        except moto_bridge.NotAnsweredError as nothing:
            raise not_implemented(service, operation, str(nothing)) from nothing
        except moto_bridge.CrashError as crash:
            _refuse_what_is_invalid(service, request, crash)
            world.events.publish(SandboxFailed(request=f"{service}:{operation}", traceback=crash.traceback))
            reason = "moto failed with these parameters; the sandbox's log has the traceback"
            raise not_implemented(service, operation, reason) from None
        if response.body.startswith(_NOT_ROUTED) or (response.status == 404 and not _says_something(request, response)):
            raise not_implemented(service, operation)
        if response.status >= 500 and response.status != 501:
            text = response.body.decode("utf-8", "replace")
            world.events.publish(SandboxFailed(request=f"{service}:{operation}", traceback=text))
            raise not_implemented(service, operation, f"moto answered {response.status}")
        if response.status == 501:
            raise not_implemented(service, operation)
        return response

    return ask


def _says_something(request: HttpRequest, response: HttpResponse) -> bool:
    return bool(response.body) or request.method == "HEAD"


def _refuse_what_is_invalid(service: str, request: HttpRequest, crash: moto_bridge.CrashError) -> None:
    """If moto failed because parameters violate the service's model, raise AWS's validation error."""
    if isinstance(crash.problem, ExpatError) and is_modelled(service):
        text = "The XML you provided was not well-formed or did not validate against our published schema"
        raise AwsError("MalformedXML", text) from None
    if is_modelled(service) and protocol_of(service, request) in ("json", "query"):
        operation, params = parse_request(service, request)
        check_parameters(service, operation, params)
