"""The one port of the sandbox: deployed APIs, AWS API calls, and the sandbox's own pages."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
import threading
import traceback
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any, Self, TypeVar

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from multidict import CIMultiDict

from cross_account_sandbox.control_plane import dispatch, moto_bridge
from cross_account_sandbox.control_plane.logs import LogSink
from cross_account_sandbox.control_plane.request_size import LARGEST_CALL
from cross_account_sandbox.control_plane.roles import RoleDirectory
from cross_account_sandbox.control_plane.sessions import Sessions
from cross_account_sandbox.events import Events, SandboxFailed
from cross_account_sandbox.execute_api import gateway, limits
from cross_account_sandbox.execute_api.address import SOURCE_VPC_HEADER, SOURCE_VPCE_HEADER, address_of
from cross_account_sandbox.functions.code_location import package
from cross_account_sandbox.functions.environment import Platform
from cross_account_sandbox.functions.pool import FunctionPool
from cross_account_sandbox.functions.store import FunctionStore
from cross_account_sandbox.functions.temporary_folder import remove_abandoned
from cross_account_sandbox.functions.vpc_doors import VpcDoors
from cross_account_sandbox.http import HttpRequest, HttpResponse, HttpStream
from cross_account_sandbox.own_pages import answer as own_pages
from cross_account_sandbox.page import entrance as page
from cross_account_sandbox.stores import Stores
from cross_account_sandbox.web_guard import OWN_PAGES, WebGuard
from cross_account_sandbox.world import DEFAULT_API_ACCOUNT, World

T = TypeVar("T")

#: Local AWS stand-ins listen here by convention.
DEFAULT_PORT = 4566
#: A request line or header line; API Gateway itself allows 10,240 bytes of headers in all.
_LONGEST_LINE = 64 * 1024
#: Seconds that a request in flight is given when the sandbox stops.
_SHUTDOWN_S = 0.5


#: Where aiohttp tells of connections: faults of the server, not what clients send that is not an HTTP (they get 400).
_LOGGER = logging.getLogger("cross_account_sandbox.server")
_LOGGER.addFilter(lambda record: not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError)))


class PortInUseError(OSError):
    """The port is taken; the message names it and what to do, in one line."""


class RunningSandbox:
    """A sandbox that answers on 127.0.0.1 until it is closed; its loop runs in its own thread.

    port              0 for any free one
    operator_account  the account that the keys `test`/`test` administer
    allow_outbound    whether HTTP integrations may call other hosts than loopback ones
    allow_origin      one other origin whose web pages may call AWS's APIs and `/_sandbox/`

    moto's stores are one per process: a new sandbox empties them, so only one can run at a time in a process.
    """

    def __init__(
        self,
        *,
        port: int = DEFAULT_PORT,
        operator_account: str = DEFAULT_API_ACCOUNT,
        allow_outbound: bool = False,
        allow_origin: str | None = None,
    ) -> None:
        self._port = port
        self.guard = WebGuard(allow_origin=allow_origin)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sandbox", daemon=True)
        self._runner: web.ServerRunner | None = None
        roles, functions, self._doors = RoleDirectory(), Stores(FunctionStore), VpcDoors()
        sessions, logs = Sessions(roles=roles, operator_account=operator_account), LogSink()
        platform = Platform(sessions=sessions, logs=logs, vpc_doors=self._doors)
        events = Events()
        self.pool = FunctionPool(platform, functions=functions, events=events)
        self.world = World(
            sessions=sessions,
            roles=roles,
            logs=logs,
            functions=functions,
            invoker=self.pool,
            data_plane=gateway.answer,
            operator_account=operator_account,
            events=events,
            allow_outbound=allow_outbound,
        )

    @property
    def endpoint(self) -> str:
        """http://127.0.0.1:PORT."""
        return self.world.endpoint

    @property
    def port(self) -> int:
        """The port that it answers on."""
        return int(self.endpoint.rpartition(":")[2])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> Self:
        """Bind the port and answer. Raises PortInUseError. Removes what killed sandboxes left in temporary folders."""
        remove_abandoned()
        self._thread.start()
        try:
            self.run(self._bind())
        except BaseException:
            self._stop_loop()
            raise
        moto_bridge.warm("iam", "logs")
        return self

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the server's loop, from another thread, and wait for what it gives."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def close(self) -> None:
        """Stop answering, end every function's process, and empty what was stored."""
        if self._loop.is_closed():
            return
        self.run(self._close())
        self._stop_loop()
        moto_bridge.reset()

    async def _bind(self) -> None:
        moto_bridge.reset()
        server = web.Server(
            self._handle,
            request_factory=_request,
            logger=_LOGGER,
            max_line_size=_LONGEST_LINE,
            max_field_size=_LONGEST_LINE,
            auto_decompress=False,  # API Gateway passes a compressed body on as it is
        )
        self._runner = web.ServerRunner(server, access_log=None, handle_signals=False, shutdown_timeout=_SHUTDOWN_S)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortInUseError(
                f"Port {self._port} is in use: stop what listens there, or choose another with --port (0: any free one)"
            ) from None
        self.world.endpoint = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._doors.serve_with(self.world.endpoint, self._open_port)

    async def _open_port(self) -> int:
        assert self._runner is not None  # noqa: S101 - called by functions, which start after the port is bound
        door = socket.create_server(("127.0.0.1", 0))
        await web.SockSite(self._runner, door).start()
        return int(door.getsockname()[1])

    async def _close(self) -> None:
        self.world.traces.answered.close()
        self.world.logs.written.close()
        if self._runner is not None:
            await self._runner.cleanup()
        await self.pool.close()
        self.world.code_folders.close()
        self.world.logs.close()
        await _cancel_rest()

    def _stop_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _handle(self, incoming: web.BaseRequest) -> web.StreamResponse:
        try:
            head = self._from_vpc(incoming, _head(incoming))
            refused = self.guard.answer(self.world, head)
            answered = refused or await self._answer(await _read(self.world, incoming, head))
            self.guard.share(self.world, head, answered)
            self.guard.contain(head, answered)
            if isinstance(answered, HttpStream):
                return await _send(incoming, answered)
            response = _Response(answered)
        except (HttpProcessingError, web.RequestPayloadError) as problem:
            response = _Response(_plain(400, f"The body cannot be read: {problem}"))
        except Exception:  # noqa: BLE001 - a fault of the sandbox must reach the client as one
            fault = traceback.format_exc()
            self.world.events.publish(SandboxFailed(request=f"{incoming.method} {incoming.raw_path}", traceback=fault))
            response = _Response(_plain(500, "The sandbox failed: its log has the traceback."))
        if not incoming.content.at_eof():
            # What is left of the body must not be taken for the next request.
            response.force_close()
        return response

    async def _answer(self, request: HttpRequest) -> HttpResponse | HttpStream:
        """Pass the request to what it addresses: a deployed API, the sandbox's own pages, or a service of AWS."""
        answered = await gateway.answer(self.world, request) or await page.answer(self.world, request, self.guard.token)
        if answered is not None:
            return answered
        if request.path.startswith(OWN_PAGES):
            return own_pages.answer(self.world, request)
        return await package(self.world, request) or await dispatch.answer(self.world, request)

    def _from_vpc(self, incoming: web.BaseRequest, request: HttpRequest) -> HttpRequest:
        """The request, marked with the VPC of the function whose port it came in by."""
        address = incoming.transport.get_extra_info("sockname") if incoming.transport else None
        vpc_id = self._doors.vpc_behind(address[1]) if address else None
        if vpc_id is None:
            return request
        kept = (pair for pair in request.headers if pair[0].lower() not in (SOURCE_VPC_HEADER, SOURCE_VPCE_HEADER))
        return replace(request, headers=(*kept, (SOURCE_VPC_HEADER, vpc_id)))


class _OwnHeaders(web.StreamResponse):
    """An answer with exactly the headers given, but for those that frame it: no Server, no guessed type."""

    async def _prepare_headers(self) -> None:
        typed, named = "Content-Type" in self.headers, "Server" in self.headers
        await super()._prepare_headers()
        if not typed:
            self.headers.pop("Content-Type", None)
        if not named:
            self.headers.pop("Server", None)


class _Response(_OwnHeaders, web.Response):
    def __init__(self, answer: HttpResponse) -> None:
        # The answer's headers may have counted the body; for HEAD the count stands for a body that is not sent.
        super().__init__(status=answer.status, headers=CIMultiDict(answer.headers), body=answer.body)


async def _send(incoming: web.BaseRequest, stream: HttpStream) -> web.StreamResponse:
    """Send the parts of an answer as they come and as the client reads them, until it goes or they end."""
    response = _OwnHeaders(headers=CIMultiDict(stream.headers))
    try:
        await response.prepare(incoming)
        async for part in stream.parts:
            await response.write(part)
        await response.write_eof()
    except ConnectionError:
        response.force_close()
    return response


async def _cancel_rest() -> None:
    """End what still runs, such as an answer that nobody reads any more: no task may outlive its loop."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    if rest:
        await asyncio.wait(rest, timeout=_SHUTDOWN_S)


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop)


async def _read(world: World, incoming: web.BaseRequest, request: HttpRequest) -> HttpRequest:
    """The request, without a body that is larger than what it is for takes: that one is counted, and not kept."""
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
        # aiohttp leaves this to its router, which is not used here: without it a client waits for a second.
        await incoming.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        incoming.writer.output_size = 0
    body, size = bytearray(), 0
    # A client that is still sending may not read its answer: so the rest is taken, where it is not without end.
    while size <= LARGEST_CALL and (chunk := await incoming.content.readany()):
        size += len(chunk)
        if size <= most:
            body += chunk
    return replace(request, body=bytes(body)) if size <= most else replace(request, unread=size)


def _head(incoming: web.BaseRequest) -> HttpRequest:
    return HttpRequest(
        method=incoming.method,
        target=incoming.raw_path.encode("utf-8", "surrogateescape").decode("utf-8", "replace"),
        # What is not UTF-8 is replaced, here and once: nothing behind it could put it into an event or a log line.
        # Unconfirmed: that bytes which are not UTF-8 become U+FFFD in what a function or a backend gets. Reason: no AWS
        # page says it.
        headers=tuple(
            (name.decode("latin-1"), value.decode("utf-8", "replace")) for name, value in incoming.raw_headers
        ),
        peer=incoming.remote or "127.0.0.1",
        protocol=f"HTTP/{incoming.version.major}.{incoming.version.minor}",
    )


def _plain(status: int, text: str) -> HttpResponse:
    return HttpResponse(
        status=status, headers=[("Content-Type", "text/plain; charset=utf-8")], body=text.encode("utf-8", "replace")
    )
