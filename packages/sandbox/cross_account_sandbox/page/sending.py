"""Sends requests from the page to deployed APIs: from its form, or as a replay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from cross_account_sandbox.execute_api.address import SOURCE_VPCE_HEADER
from cross_account_sandbox.execute_api.signed_request import SignatureRefusal, read_signature
from cross_account_sandbox.http import HttpRequest, HttpResponse
from cross_account_sandbox.page.destinations import chosen, destinations
from cross_account_sandbox.page.signing import signed_headers
from cross_account_sandbox.trace import Trace
from cross_account_sandbox.world import World

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
#: Headers that a client adds by itself, and headers of a signature.
_NOT_EDITED = frozenset(
    (
        *("host", "connection", "content-length", "accept-encoding"),
        *(SOURCE_VPCE_HEADER, "authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"),
    )
)
#: Characters of a path and a query that are sent unencoded.
_LITERAL = "/?%:@!$&'()*+,;=~-._[]{}"
_SERVICE = "execute-api"


class BadFormError(ValueError):
    """A field of the form is invalid; the message names it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """The fields of the form.

    api  the key of a destination
    via  the VPC endpoint that the request passes; empty for the internet
    """

    api: str = ""
    via: str = ""
    method: str = "GET"
    path: str = "/"
    headers: str = ""
    body: str = ""
    signer: str = ""

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Form:
        """Read the submitted form."""
        return cls(**{name: fields[name] for name in cls.__slots__ if name in fields})

    @classmethod
    def of_trace(cls, world: World, trace: Trace) -> Form:
        """Fill in a form that sends the request of a trace again."""
        sent = trace.sent or HttpRequest(method=trace.method, target=trace.path)
        headers = [f"{name}: {value}" for name, value in sent.headers if name.lower() not in _NOT_EDITED]
        way = chosen(destinations(world), f"{trace.api_id}/{trace.stage}", sent)
        return cls(
            api=way.key if way else "",
            via=sent.header(SOURCE_VPCE_HEADER),
            method=sent.method,
            path=trace.path + (f"?{sent.query}" if sent.query else ""),
            headers="\n".join(headers),
            body=sent.body.decode("utf-8", "replace"),
            signer=_signer_of(world, sent),
        )


async def send(world: World, form: Form) -> tuple[HttpResponse, Trace | None]:
    """Send the form's request. Raises BadFormError, or UnknownSignerError for an unknown signer."""
    way = chosen(destinations(world), form.api)
    if way is None:
        raise BadFormError(f"No stage of an API here is called {form.api!r}.")
    if not form.method.isalpha():
        raise BadFormError(f"Method {form.method!r} is not an HTTP method.")
    if not form.path.startswith("/"):
        raise BadFormError(f"Path {form.path!r} does not begin with a slash.")
    headers = {"Host": way.host, **_headers(form.headers)}
    if form.via:
        headers[SOURCE_VPCE_HEADER] = form.via
    request = HttpRequest(
        method=form.method.upper(),
        target=way.prefix + quote(form.path, safe=_LITERAL),
        headers=tuple(headers.items()),
        body=form.body.encode(),
    )
    if form.signer:
        request = _signed(world, request, signer=form.signer, region=way.region)
    return await _sent(world, request)


async def replay(world: World, trace: Trace) -> tuple[HttpResponse, Trace | None]:
    """Send the request of a trace again, unchanged; the same caller signs it again.

    Raises BadFormError for a request whose body was not kept.
    """
    sent = trace.sent
    if sent is None or sent.unread:
        raise BadFormError("This request cannot be replayed: its body was too large to be kept.")
    signer = _signer_of(world, sent)
    if signer:
        sent = _signed(world, sent, signer=signer, region=read_signature(sent).region)
    return await _sent(world, sent)


async def _sent(world: World, request: HttpRequest) -> tuple[HttpResponse, Trace | None]:
    response = await world.data_plane(world, request)
    if response is None:
        raise BadFormError(f"No deployed API answers {request.method} {request.target}.")
    names = {"x-amzn-requestid", "apigw-requestid"}
    ids = (value for name, value in response.headers if name.lower() in names)
    return response, next((found for found in map(world.traces.get, ids) if found), None)


def _signed(world: World, request: HttpRequest, *, signer: str, region: str) -> HttpRequest:
    kept = {name: value for name, value in request.headers if name.lower() not in _NOT_EDITED - {"host"}}
    headers = signed_headers(
        world,
        signer,
        method=request.method,
        url=f"https://{request.header('host')}{request.target}",
        headers=kept,
        body=request.body,
        service=_SERVICE,
        region=region,
    )
    return replace(request, headers=tuple(headers.items()))


def _signer_of(world: World, request: HttpRequest) -> str:
    """The signer of a request, as `signed_headers` names it; empty if no key of this sandbox signed it."""
    try:
        caller = world.sessions.caller(read_signature(request).access_key)
    except SignatureRefusal:
        return ""
    if caller is None:
        return ""
    return caller.account if caller.administrator else caller.role_arn or caller.arn


def _headers(text: str) -> dict[str, str]:
    headers = {}
    for line in filter(str.strip, text.splitlines()):
        name, colon, value = line.partition(":")
        if not colon or not name.strip() or not name.strip().isascii() or " " in name.strip():
            raise BadFormError(f"Headers: {line!r} is not of the form Name: value.")
        headers[name.strip()] = value.strip()
    return headers
