"""The Lambda Runtime API (version 2018-06-01) of one environment, on its own loopback port.

Each environment has its own port, because AWS's clients accept only `host:port` without a path
(AWS_LAMBDA_RUNTIME_API). HTTP is parsed by hand: there are only two clients, and a framework would cost more than the
rest of an invocation. Source: Lambda developer guide, "Using the Lambda runtime API".
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

from cross_account_sandbox.http import host_name, is_loopback

#: The maximum result size of a synchronous invocation, in bytes (facts: error table).
MAX_RESPONSE = 6_291_556
_PREFIX = "/2018-06-01/runtime/"
#: No runtime client sends a longer request head.
_MAX_HEAD = 64 * 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class RuntimeInvocation:
    """One event, as `GET …/invocation/next` returns it."""

    request_id: str
    payload: bytes
    invoked_arn: str
    trace_header: str
    client_context: str | None = None


class RuntimeEvents(Protocol):
    """Callbacks for the requests of the runtime client in the environment."""

    def on_next(self) -> None:
        """The client requests an event: it is initialized and free."""

    def on_response(self, request_id: str, payload: bytes) -> None:
        """The handler returned."""

    def on_error(self, request_id: str, payload: bytes) -> None:
        """The handler raised an error."""

    def on_too_large(self, request_id: str) -> None:
        """The handler's result is larger than MAX_RESPONSE."""

    def on_init_error(self, payload: bytes) -> None:
        """The module could not be loaded, or has no such handler."""


class RuntimeApi:
    """Serves one environment. Use from the event loop only."""

    def __init__(self, events: RuntimeEvents) -> None:
        self._events = events
        self._server: asyncio.Server | None = None
        self._connections: set[_Connection] = set()
        self._asking: _Connection | None = None
        #: Headers and payload of an event that no connection is waiting for.
        self._undelivered: tuple[dict[str, str], bytes] | None = None
        self.address = ""

    async def open(self) -> None:
        """Listen on a free loopback port; `address` is then its host:port."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0)
        host, port = self._server.sockets[0].getsockname()[:2]
        self.address = f"{host}:{port}"

    def deliver(self, invocation: RuntimeInvocation, *, deadline_ms: int) -> None:
        """Pass an event to the client that is waiting in `next`. Valid only between `on_next` and the response.

        If the client has closed its connection since, the event waits for its next `next`, as in Lambda.

        deadline_ms  since the epoch
        """
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.invoked_arn,
            "Lambda-Runtime-Trace-Id": invocation.trace_header,
        }
        if invocation.client_context:
            headers["Lambda-Runtime-Client-Context"] = invocation.client_context
        connection, self._asking = self._asking, None
        if connection is None:
            self._undelivered = headers, invocation.payload
        else:
            connection.answer(200, headers, invocation.payload)

    def close(self) -> None:
        """Stop listening and drop the client's connections."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.abort()

    def connected(self, connection: _Connection) -> None:
        """Register a connection for close()."""
        self._connections.add(connection)

    def disconnected(self, connection: _Connection) -> None:
        """Unregister a connection."""
        self._connections.discard(connection)
        if self._asking is connection:
            self._asking = None

    def handle(self, connection: _Connection, method: str, path: str, body: bytes | None) -> None:
        """Respond to one request; a body of None means that it was larger than MAX_RESPONSE."""
        parts = path.removeprefix(_PREFIX).split("/") if path.startswith(_PREFIX) else []
        match method, parts:
            case "GET", ["invocation", "next"] if self._undelivered is not None:
                (headers, payload), self._undelivered = self._undelivered, None
                connection.answer(200, headers, payload)
            case "GET", ["invocation", "next"]:
                self._asking = connection
                self._events.on_next()
            case "POST", ["invocation", request_id, "response"]:
                if body is None:
                    connection.answer(413, {}, _TOO_LARGE)
                    self._events.on_too_large(request_id)
                else:
                    connection.answer(202, {}, _ACCEPTED)
                    self._events.on_response(request_id, body)
            case "POST", ["invocation", request_id, "error"]:
                connection.answer(202, {}, _ACCEPTED)
                self._events.on_error(request_id, body or b"")
            case "POST", ["init", "error"]:
                connection.answer(202, {}, _ACCEPTED)
                self._events.on_init_error(body or b"")
            case _:
                connection.answer(404, {}, b'{"errorMessage":"Not Found","errorType":"InvalidRequest"}')


_ACCEPTED = b'{"status":"OK"}'
_TOO_LARGE = (
    b'{"errorMessage":"Exceeded maximum allowed payload size (%d bytes).","errorType":"RequestEntityTooLarge"}'
    % MAX_RESPONSE
)
#: Headers that browsers add and web pages cannot remove; no runtime client sends them.
_OF_WEB_PAGES = frozenset(("origin", "referer", "sec-fetch-site"))
_FOREIGN = b'{"errorMessage":"The runtime API answers no web page and no other Host than its own address",'
_FOREIGN += b'"errorType":"InvalidRequest"}'
_REASONS = {200: "OK", 202: "Accepted", 403: "Forbidden", 404: "Not Found", 413: "Request Entity Too Large"}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Headers:
    length: int
    chunked: bool
    foreign: bool
    expects_continue: bool


class _Head(NamedTuple):
    method: str
    path: str
    headers: _Headers


@lru_cache(maxsize=64)
def _headers_of(fields: bytes) -> _Headers:
    """Parse header lines. A client's requests differ in their paths, and rarely in their headers."""
    lines = fields.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    length = headers.get("content-length", "0")
    return _Headers(
        length=int(length) if length.isdecimal() else 0,
        chunked=headers.get("transfer-encoding", "").lower() == "chunked",
        foreign=not is_loopback(host_name(headers.get("host", ""))) or not _OF_WEB_PAGES.isdisjoint(headers),
        expects_continue=headers.get("expect", "").lower() == "100-continue",
    )


class _Connection(asyncio.Protocol):
    """One keep-alive connection of a runtime client; responses are sent in the order of the requests."""

    def __init__(self, api: RuntimeApi) -> None:
        self._api = api
        self._transport: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._head: _Head | None = None
        self._dropped = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - create_server's transport; for the type checker
        self._transport = transport
        self._api.connected(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._api.disconnected(self)

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        lines = [f"HTTP/1.1 {status} {_REASONS[status]}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body)}", "", ""]
        if self._transport is not None:
            self._transport.write("\r\n".join(lines).encode() + body)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._take_one():
            pass

    def _take_one(self) -> bool:
        """Handle the next request if it has arrived completely."""
        if self._head is None:
            self._head = self._take_head()
        if self._head is None:
            return False
        if self._head.headers.chunked:
            body, done = self._take_chunks()
        else:
            body, done = self._take_body(self._head.headers.length)
        if not done:
            return False
        head, self._head = self._head, None
        if head.headers.foreign:
            self.answer(403, {}, _FOREIGN)
        else:
            self._api.handle(self, head.method, head.path, body)
        return True

    def _take_head(self) -> _Head | None:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > _MAX_HEAD:
                self.abort()
            return None
        line, _, fields = bytes(self._buffer[:end]).partition(b"\r\n")
        del self._buffer[: end + 4]
        method, path, *_ = [*line.decode("latin-1").split(" "), "", ""]
        headers = _headers_of(fields)
        if headers.expects_continue and self._transport is not None:
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return _Head(method, path, headers)

    def _take_body(self, length: int) -> tuple[bytes | None, bool]:
        if length > MAX_RESPONSE:
            # Discard the body as it arrives, so that memory does not grow with the size of a function's result.
            drop = min(len(self._buffer), length - self._dropped)
            del self._buffer[:drop]
            self._dropped += drop
            if self._dropped < length:
                return None, False
            self._dropped = 0
            return None, True
        if len(self._buffer) < length:
            return None, False
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        return body, True

    def _take_chunks(self) -> tuple[bytes | None, bool]:
        """Read a chunked body with its trailers, as awslambda.streamifyResponse sends it."""
        body, position = bytearray(), 0
        while (line_end := self._buffer.find(b"\r\n", position)) >= 0:
            size = int(bytes(self._buffer[position:line_end]).partition(b";")[0], 16)
            start = line_end + 2
            if size == 0:
                end = self._buffer.find(b"\r\n", start)
                while end > start:  # trailers, up to an empty line
                    start = end + 2
                    end = self._buffer.find(b"\r\n", start)
                if end < 0:
                    return None, False
                del self._buffer[: end + 2]
                return (bytes(body) if len(body) <= MAX_RESPONSE else None), True
            if len(self._buffer) < start + size + 2:
                break
            body += self._buffer[start : start + size]
            position = start + size + 2
        return None, False
