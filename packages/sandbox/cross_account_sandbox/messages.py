"""HTTP requests as aiohttp receives them, and the responses that it sends."""

from __future__ import annotations

from dataclasses import replace

from aiohttp import web
from multidict import CIMultiDict

from cross_account_sandbox.control_plane.request_size import LARGEST_CALL
from cross_account_sandbox.execute_api import limits
from cross_account_sandbox.execute_api.address import address_of
from cross_account_sandbox.http import HttpRequest, HttpResponse, HttpStream
from cross_account_sandbox.world import World


def head_of(incoming: web.BaseRequest) -> HttpRequest:
    """Return the request without its body."""
    return HttpRequest(
        method=incoming.method,
        target=incoming.raw_path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
        # Bytes that are not UTF-8 are replaced here, once, because no later step could put them into an event or a log
        # line.
        # Unconfirmed: that bytes that are not UTF-8 become U+FFFD in the event or request that a function or a backend
        # receives. Reason: no AWS page documents it.
        headers=tuple(
            (name.decode("latin-1"), value.decode("utf-8", "replace")) for name, value in incoming.raw_headers
        ),
        peer=incoming.remote or "127.0.0.1",
        protocol=f"HTTP/{incoming.version.major}.{incoming.version.minor}",
    )


async def read(world: World, incoming: web.BaseRequest, request: HttpRequest) -> HttpRequest:
    """Read the request. A body larger than the addressed service accepts is counted, but not kept."""
    if not incoming.body_exists:
        return request
    announced = incoming.content_length
    most = limits.BODY
    if (announced is None or announced > most) and address_of(world, request) is None:
        most = LARGEST_CALL
    awaited = incoming.headers.get("Expect", "").lower() == "100-continue"
    if announced is not None and announced > (most if awaited else LARGEST_CALL):
        return replace(request, unread=announced)
    if awaited:
        # aiohttp leaves this to its router, which is not used here. Without it, a client waits for a second.
        await incoming.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        incoming.writer.output_size = 0
    body, size = bytearray(), 0
    # A client that is still sending might not read its response, so the rest of the body is read, unless it is endless.
    while size <= LARGEST_CALL and (chunk := await incoming.content.readany()):
        size += len(chunk)
        if size <= most:
            body += chunk
    return replace(request, body=bytes(body)) if size <= most else replace(request, unread=size)


class _OwnHeaders(web.StreamResponse):
    """A response with exactly the given headers and those that frame it: no Server header, no guessed content type."""

    async def _prepare_headers(self) -> None:
        typed, named = "Content-Type" in self.headers, "Server" in self.headers
        await super()._prepare_headers()
        if not typed:
            self.headers.pop("Content-Type", None)
        if not named:
            self.headers.pop("Server", None)


class Response(_OwnHeaders, web.Response):
    """A response whose body is sent whole."""

    def __init__(self, answer: HttpResponse) -> None:
        # The response's headers can already have a Content-Length; for HEAD it is the length of a body that is not
        # sent.
        super().__init__(status=answer.status, headers=CIMultiDict(answer.headers), body=answer.body)


async def send(incoming: web.BaseRequest, stream: HttpStream) -> web.StreamResponse:
    """Send the parts of a response as they come and as the client reads them, until they end or it disconnects."""
    response = _OwnHeaders(headers=CIMultiDict(stream.headers))
    try:
        await response.prepare(incoming)
        async for part in stream.parts:
            await response.write(part)
        await response.write_eof()
    except ConnectionError:
        response.force_close()
    return response


def plain(status: int, text: str) -> HttpResponse:
    """Return a response of plain text."""
    return HttpResponse(
        status=status, headers=[("Content-Type", "text/plain; charset=utf-8")], body=text.encode("utf-8", "replace")
    )
