"""The Runtime API delivers every event, also to clients that other runtimes bring."""

from __future__ import annotations

import asyncio

from cross_account_sandbox.functions.runtime_api import RuntimeApi, RuntimeInvocation, _Connection

NEXT = b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


class _Environment:
    """Records when the client asks for an event, and when its connection is closed."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.closed = asyncio.Event()

    def on_next(self) -> None:
        self.asked.set()

    def on_response(self, request_id: str, payload: bytes) -> None: ...
    def on_error(self, request_id: str, payload: bytes) -> None: ...
    def on_too_large(self, request_id: str) -> None: ...
    def on_init_error(self, payload: bytes) -> None: ...


class _Api(RuntimeApi):
    def __init__(self, environment: _Environment) -> None:
        super().__init__(environment)
        self._environment = environment

    def disconnected(self, connection: _Connection) -> None:
        super().disconnected(connection)
        self._environment.closed.set()


def test_an_event_for_a_client_that_has_closed_its_connection_waits_until_the_client_asks_again() -> None:
    async def scenario() -> bytes:
        environment = _Environment()
        api = _Api(environment)
        await api.open()
        host, _, port = api.address.partition(":")
        _, first = await asyncio.open_connection(host, int(port))
        first.write(NEXT)
        await environment.asked.wait()
        first.close()
        await environment.closed.wait()

        invocation = RuntimeInvocation(request_id="the-id", payload=b"{}", invoked_arn="arn", trace_header="")
        api.deliver(invocation, deadline_ms=1)

        reader, again = await asyncio.open_connection(host, int(port))
        again.write(NEXT)
        answer = await reader.readuntil(b"{}")
        again.close()
        api.close()
        return answer

    answer = asyncio.run(asyncio.wait_for(scenario(), 10))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"Lambda-Runtime-Aws-Request-Id: the-id\r\n" in answer
