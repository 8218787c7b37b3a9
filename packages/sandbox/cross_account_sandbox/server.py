"""The sandbox's single port: serves deployed APIs, AWS API calls, and the sandbox's own pages."""

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

from cross_account_sandbox.control_plane import dispatch, moto_bridge
from cross_account_sandbox.control_plane.credentials import CredentialScope
from cross_account_sandbox.events import SandboxFailed
from cross_account_sandbox.execute_api import gateway
from cross_account_sandbox.execute_api.address import SOURCE_VPC_HEADER, SOURCE_VPCE_HEADER
from cross_account_sandbox.functions.code_location import package
from cross_account_sandbox.functions.pool import FunctionPool
from cross_account_sandbox.functions.temporary_folder import remove_abandoned
from cross_account_sandbox.http import DEPLOYMENT_HEADER, HttpRequest, HttpResponse, HttpStream
from cross_account_sandbox.messages import Response, head_of, plain, read, send
from cross_account_sandbox.own_pages import answer as own_pages
from cross_account_sandbox.page import entrance as page
from cross_account_sandbox.running_world import RunningWorld
from cross_account_sandbox.web_guard import OWN_PAGES, WebGuard
from cross_account_sandbox.world import DEFAULT_API_ACCOUNT, World

T = TypeVar("T")

#: The conventional port of local AWS emulators.
DEFAULT_PORT = 4566
#: Bytes of a request line or header line. API Gateway itself allows 10,240 bytes of headers in total.
_LONGEST_LINE = 64 * 1024
#: Seconds that requests in progress have to finish when the sandbox stops.
_SHUTDOWN_S = 0.5


#: aiohttp's logger for connections: shows faults of the server, not invalid HTTP from clients, which receive 400.
_LOGGER = logging.getLogger("cross_account_sandbox.server")
_LOGGER.addFilter(lambda record: not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError)))


class PortInUseError(OSError):
    """The port is in use; the message names it and the fix, in one line."""


class RunningSandbox:
    """A sandbox that serves on 127.0.0.1 until it is closed; its event loop runs in its own thread.

    port              0 selects any free port
    operator_account  the account that the keys `test`/`test` administer
    allow_outbound    whether HTTP integrations may call hosts other than loopback addresses
    allow_origin      one other origin whose web pages may call AWS's APIs and `/_sandbox/`

    Requests reach `world` and `pool`. `beside` creates the next ones, and `replace` makes requests reach those.
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
        self._sites: dict[int, web.SockSite] = {}
        self._allow_outbound = allow_outbound
        self._current = RunningWorld.new(operator_account=operator_account, allow_outbound=allow_outbound)
        self._current.moto.use()
        # Worlds that a deployment is filling, and replaced Worlds whose last requests are still in progress.
        self._others: set[RunningWorld] = set()
        self._leaving: set[asyncio.Task[None]] = set()

    @property
    def world(self) -> World:
        """The World that requests reach."""
        return self._current.world

    @property
    def pool(self) -> FunctionPool:
        """The pool that runs its functions."""
        return self._current.pool

    @property
    def endpoint(self) -> str:
        """http://127.0.0.1:PORT."""
        return self.world.endpoint

    @property
    def port(self) -> int:
        """The port that the sandbox listens on."""
        return int(self.endpoint.rpartition(":")[2])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> Self:
        """Bind the port and serve. Raises PortInUseError. Removes the temporary folders that killed sandboxes left."""
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
        """Run a coroutine on the server's loop from another thread, and wait for its result."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    def close(self) -> None:
        """Stop serving, end every function's process, and empty the stores."""
        if self._loop.is_closed():
            return
        self.run(self._close())
        self._stop_loop()

    def beside(self, *, operator_account: str) -> RunningWorld:
        """Create an empty World, which calls that name its instance reach. End it with `replace` or `discard`."""
        made = RunningWorld.new(
            operator_account=operator_account, allow_outbound=self._allow_outbound, beside=self.world
        )
        made.doors.serve_with(self.endpoint, self._open_port)
        self._others.add(made)
        return made

    def replace(self, by: RunningWorld) -> None:
        """Route every later request to this World. The previous World still answers requests in progress."""
        self.run(self._replace(by))

    def discard(self, world: RunningWorld) -> None:
        """End a World that `beside` created and that did not replace the current one."""
        self.run(self._end(world))

    async def _replace(self, by: RunningWorld) -> None:
        before, self._current = self._current, by
        # The deployment so far did not wait for this delay, and its calls are not reported one by one.
        by.tell(before.world.events)
        by.world.function_state_delay_s = before.world.function_state_delay_s
        by.moto.use()
        self._others.remove(by)
        self._others.add(before)
        leaving = asyncio.create_task(self._leave(before))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)

    async def _leave(self, world: RunningWorld) -> None:
        await world.finished()
        await self._end(world)

    async def _end(self, world: RunningWorld) -> None:
        for port in world.doors.ports:
            await self._sites.pop(port).stop()
        await world.close()
        self._others.discard(world)

    async def _bind(self) -> None:
        server = web.Server(
            self._handle,
            request_factory=_request,
            logger=_LOGGER,
            max_line_size=_LONGEST_LINE,
            max_field_size=_LONGEST_LINE,
            auto_decompress=False,  # API Gateway passes a compressed body on unchanged
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
                f"Port {self._port} is in use: stop the program that listens there, or choose another with --port (0 "
                "for any free port)"
            ) from None
        self.world.endpoint = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._current.doors.serve_with(self.world.endpoint, self._open_port)

    async def _open_port(self) -> int:
        assert self._runner is not None  # noqa: S101 - called by functions, which start after the port is bound
        door = socket.create_server(("127.0.0.1", 0))
        site, port = web.SockSite(self._runner, door), int(door.getsockname()[1])
        await site.start()
        self._sites[port] = site
        return port

    async def _close(self) -> None:
        self.world.traces.answered.close()
        self.world.logs.written.close()
        self.world.deployments.changes.close()
        if self._runner is not None:
            await self._runner.cleanup()
        for leaving in self._leaving:
            leaving.cancel()
        await asyncio.gather(*self._leaving, return_exceptions=True)
        for running in (self._current, *self._others):
            await running.close()
        await _cancel_rest()

    def _stop_loop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _handle(self, incoming: web.BaseRequest) -> web.StreamResponse:
        try:
            running, head = self._addressed(incoming)
            with running.serving():
                answered: HttpResponse | HttpStream | None = self.guard.answer(running.world, head)
                if answered is None:
                    answered = await self._answer(running.world, await read(running.world, incoming, head))
                self.guard.share(running.world, head, answered)
                self.guard.contain(head, answered)
            if isinstance(answered, HttpStream):
                return await send(incoming, answered)
            response = Response(answered)
        except (HttpProcessingError, web.RequestPayloadError) as problem:
            response = Response(plain(400, f"The body cannot be read: {problem}"))
        except Exception:  # noqa: BLE001 - a fault of the sandbox must reach the client as one
            fault = traceback.format_exc()
            self.world.events.publish(SandboxFailed(request=f"{incoming.method} {incoming.raw_path}", traceback=fault))
            response = Response(plain(500, "The sandbox failed. Its log has the traceback."))
        if not incoming.content.at_eof():
            # The unread rest of the body must not be parsed as the next request.
            response.force_close()
        return response

    async def _answer(self, world: World, request: HttpRequest) -> HttpResponse | HttpStream:
        """Pass the request to the deployed API, own page or AWS service that it addresses."""
        answered = await gateway.answer(world, request) or await page.answer(world, request, self.guard.token)
        if answered is not None:
            return answered
        if request.path.startswith(OWN_PAGES):
            return own_pages.answer(world, request)
        return await package(world, request) or await dispatch.answer(world, request)

    def _addressed(self, incoming: web.BaseRequest) -> tuple[RunningWorld, HttpRequest]:
        """Return the World that a request is for, and the request with the VPC of the function that sent it."""
        request = head_of(incoming)
        address = incoming.transport.get_extra_info("sockname") if incoming.transport else None
        for running in (self._current, *self._others):
            vpc_id = running.doors.vpc_behind(address[1]) if address else None
            if vpc_id is not None:
                kept = (
                    pair for pair in request.headers if pair[0].lower() not in (SOURCE_VPC_HEADER, SOURCE_VPCE_HEADER)
                )
                return running, replace(request, headers=(*kept, (SOURCE_VPC_HEADER, vpc_id)))
        return self._named(request) or self._current, request

    def _named(self, request: HttpRequest) -> RunningWorld | None:
        """The other World that a request names: a deployment by its instance, a function by its access key."""
        if not self._others:
            return None
        instance, scope = request.header(DEPLOYMENT_HEADER), CredentialScope.of(request)
        for running in self._others:
            if instance == running.world.instance or (scope is not None and running.owns(scope.access_key)):
                return running
        return None


async def _cancel_rest() -> None:
    """Cancel the remaining tasks, such as a response that is no longer read: no task may outlive its loop."""
    rest = asyncio.all_tasks() - {asyncio.current_task()}
    for task in rest:
        task.cancel()
    if rest:
        await asyncio.wait(rest, timeout=_SHUTDOWN_S)


def _request(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop)
